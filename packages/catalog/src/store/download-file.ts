import { rm, stat } from "node:fs/promises";
import {
	type Clock,
	formatBytes,
	formatDuration,
	LlorchError,
} from "@llorch/core";
import { backoff } from "../hub/backoff.ts";
import { TransientError } from "../hub/transient.ts";
import type { Hub, HubFile } from "../hub/types.ts";
import { explainDisk } from "./disk.ts";
import type { Emit } from "./emitting.ts";
import { compareDigests, type Expected, meets } from "./expected.ts";
import { isAbsent } from "./file-identity.ts";
import type { Digests } from "./ledger.ts";
import { type Meter, openMeter } from "./meter.ts";
import { openSink, type Sink } from "./sink.ts";

export type Download = {
	hub: Hub;
	/** As the hub describes it now, with its size. */
	file: HubFile & { size: number };
	expected: Expected;
	/** Where the bytes are gathered: absolute, named by the digest. What is there already is gone on with. */
	partial: string;
	label: string;
	/** Id of the progress bar. */
	task: string;
	emit: Emit;
	signal: AbortSignal;
	clock: Clock;
	attempts: number;
};

/** A verified, durable partial file. */
export type Downloaded = {
	digests: Digests;
	/** Bytes that came over the network now, and that were there before. */
	fetchedBytes: number;
	resumedBytes: number;
};

/**
 * Fetches a file into `partial`, going on with what an earlier run left, and verifies it. Bytes of two versions never mix:
 * the partial is named by the digest, the hub is asked for the digest first, and a body that changes under us is noticed by
 * its own validator (If-Range).
 *
 * When it fails, the partial is kept (the message says how much), except when its digest is wrong: then it goes. Throws
 * LLORCH_DIGEST_MISMATCH, LLORCH_SIZE_MISMATCH, LLORCH_DISK_FULL, LLORCH_CACHE_UNUSABLE, LLORCH_HUB_*, the signal's reason.
 */
export async function downloadFile(download: Download): Promise<Downloaded> {
	const { partial, file, expected } = download;
	const there = await lengthOf(partial);
	const keep = there <= file.size ? there : 0;
	const using: Using = {
		sink: await open(download, keep),
		fetchedBytes: 0,
		resumedBytes: keep,
	};
	try {
		await receive(download, using);
		const digests = await using.sink.finish();
		await using.sink.close();
		if (!meets(expected, { ...digests, size: file.size })) {
			await rm(partial, { force: true });
			throw explainDamaged(download, digests);
		}
		const { fetchedBytes, resumedBytes } = using;
		return { digests, fetchedBytes, resumedBytes };
	} catch (error) {
		await using.sink.close().catch(() => {});
		throw await explainFailure(download, error);
	}
}

/** Opens the partial; what is kept of it is read again, because a hash cannot be stored half-done. */
async function open(download: Download, keep: number): Promise<Sink> {
	const { partial, file, label, emit, signal, clock } = download;
	if (keep > 0)
		emit({
			type: "note",
			level: "info",
			text: `${label}: going on at ${formatBytes(keep)} of ${formatBytes(file.size)}`,
		});
	const check = openMeter({
		emit,
		clock,
		task: `check:${download.task}`,
		label: `checking ${label}`,
		total: keep,
	});
	try {
		return await openSink({
			path: partial,
			keep,
			size: file.size,
			git: file.gitSha1 !== undefined,
			signal,
			onRehash: check,
		});
	} catch (error) {
		throw explainDisk(error, partial);
	}
}

type Using = { sink: Sink } & Omit<Downloaded, "digests">;

/** Reads bodies until all bytes are there. Failures count only in a row, without a byte between. */
async function receive(download: Download, using: Using): Promise<void> {
	const { signal, clock, attempts, label, emit } = download;
	const { size } = download.file;
	const meter = openMeter({ ...download, total: size });
	const from: Source = { file: download.file, stale: false };
	let failures = 0;
	meter(using.sink.position);
	while (using.sink.position < size) {
		const before = using.fetchedBytes;
		try {
			if (from.stale) from.file = await resolveAgain(download);
			from.stale = false;
			await receiveBody(download, using, from, meter);
		} catch (error) {
			signal.throwIfAborted();
			if (!(error instanceof TransientError)) throw error;
			failures = using.fetchedBytes > before ? 0 : failures + 1;
			if (failures >= attempts) throw error;
			if (error.stale) from.stale = true;
			const waitMs = backoff(Math.max(1, failures), error.retryAfterMs);
			emit({
				type: "note",
				level: "warn",
				text: `${label}: ${error.message}; trying again in ${formatDuration(waitMs)}`,
			});
			await clock.sleep(waitMs, signal);
		}
	}
}

/** Where bodies come from. `stale`: the address is used up. */
type Source = { file: HubFile; stale: boolean; etag?: string | undefined };

/** One body, from where the file ends to its end. */
async function receiveBody(
	download: Download,
	using: Using,
	from: Source,
	meter: Meter,
): Promise<void> {
	const { hub, signal, label, emit } = download;
	const { size } = download.file;
	const body = await hub.openBody(from.file, {
		signal,
		from: using.sink.position,
		ifRange: from.etag,
	});
	try {
		checkTotal(download, body.total);
		if (body.start !== using.sink.position) {
			emit({
				type: "note",
				level: "warn",
				text: `${label}: the server cannot go on at ${formatBytes(using.sink.position)} and sends all of it again`,
			});
			await using.sink.close();
			using.resumedBytes = 0;
			using.sink = await open(download, 0);
		}
		from.etag = body.etag;
		for await (const chunk of body.bytes) {
			signal.throwIfAborted();
			checkTotal(download, Math.max(size, using.sink.position + chunk.length));
			const room = using.sink.write(chunk);
			if (room !== undefined) await room;
			using.fetchedBytes += chunk.length;
			meter(using.sink.position);
		}
	} finally {
		body.close();
	}
	if (using.sink.position < size)
		throw endedEarly(download, using.sink.position);
}

/** A new address for the body, of the same file. */
async function resolveAgain({ hub, file, signal }: Download): Promise<HubFile> {
	// By its commit: a branch may have moved on since, and the partial is of the file that it stood for.
	const now = await hub.resolveFile(
		{ ...file, revision: file.commit },
		{ signal },
	);
	if (now.etag === file.etag) return now;
	throw new LlorchError(
		"LLORCH_UPSTREAM_CHANGED",
		`the hub has changed ${file.path} of ${file.repo} while it was being fetched`,
		{ details: { expected: file.etag, found: now.etag } },
	);
}

function checkTotal({ file, label }: Download, total: number | undefined) {
	if (total === undefined || total === file.size) return;
	throw new LlorchError(
		"LLORCH_SIZE_MISMATCH",
		`the server sends ${total} bytes for ${label}, but the file has ${file.size}`,
		{
			hint: "Something between here and the hub sends another file: a login page of the network, a proxy, a mirror that is not complete.",
			details: { expected: file.size, found: total, repo: file.repo },
		},
	);
}

function endedEarly({ label, file }: Download, at: number): TransientError {
	return new TransientError(
		"LLORCH_HUB_UNREACHABLE",
		`${label}: the server stopped at ${at} of ${file.size} bytes`,
	);
}

function explainDamaged(
	{ file, expected, label, hub }: Download,
	digests: Digests,
): LlorchError {
	return new LlorchError(
		"LLORCH_DIGEST_MISMATCH",
		`${label} did not arrive as it must be: what came has another hash`,
		{
			hint: "What came was deleted; the same command begins anew. If it happens again, do not use the file: ask who published it.",
			details: {
				// The address that bodies come from is signed, which makes it a secret for a while.
				url: `${hub.endpoint}/${file.repo}/resolve/${file.commit}/${file.path}`,
				...compareDigests(expected, { ...digests, size: file.size }),
			},
		},
	);
}

/** Says how much is kept; what is known already passes as it is. */
async function explainFailure(
	{ partial, file, label, signal }: Download,
	error: unknown,
): Promise<unknown> {
	if (signal.aborted) return error;
	const bytes = await lengthOf(partial);
	const kept = `${formatBytes(bytes)} of ${formatBytes(file.size)} are kept`;
	if (!(error instanceof TransientError))
		return explainDisk(error, partial, kept);
	const { code, message, hint, details, cause } = error.info;
	return LlorchError.from({
		code,
		message: `${label}: ${message}; ${kept}`,
		hint: [hint, "The same command goes on from there."]
			.filter((part) => part !== undefined)
			.join(" "),
		details: { ...details, keptBytes: bytes, partial },
		...(cause === undefined ? {} : { cause }),
	});
}

export async function lengthOf(path: string): Promise<number> {
	try {
		return (await stat(path)).size;
	} catch (error) {
		if (isAbsent(error)) return 0;
		throw error;
	}
}
