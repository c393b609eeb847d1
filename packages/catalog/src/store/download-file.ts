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
import { openMeter } from "./meter.ts";
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
 * LLORCH_DIGEST_MISMATCH, LLORCH_SIZE_MISMATCH, LLORCH_DISK_FULL, LLORCH_CACHE_UNWRITABLE, LLORCH_HUB_*, the signal's reason.
 */
export async function downloadFile(download: Download): Promise<Downloaded> {
	const { partial, file, expected } = download;
	const there = await lengthOf(partial);
	const keep = there <= file.size ? there : 0;
	const fetched = { bytes: 0 };
	let sink = await open(download, keep);
	try {
		sink = await receive(download, sink, fetched);
		const digests = await sink.finish();
		await sink.close();
		if (!meets(expected, { ...digests, size: file.size })) {
			await rm(partial, { force: true });
			throw explainDamaged(download, digests);
		}
		return { digests, fetchedBytes: fetched.bytes, resumedBytes: keep };
	} catch (error) {
		await sink.close().catch(() => {});
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

/** Reads bodies until all bytes are there. Failures count only in a row, without a byte between. Returns the sink in use. */
async function receive(
	download: Download,
	first: Sink,
	fetched: { bytes: number },
): Promise<Sink> {
	const { hub, signal, clock, attempts, label, emit } = download;
	const { size } = download.file;
	const meter = openMeter({ ...download, total: size });
	let file: HubFile = download.file;
	let sink = first;
	let failures = 0;
	let ifRange: string | undefined;
	meter(sink.position);
	while (sink.position < size) {
		try {
			const body = await hub.openBody(file, {
				signal,
				from: sink.position,
				ifRange,
			});
			try {
				checkTotal(download, body.total);
				if (body.start !== sink.position) {
					emit({
						type: "note",
						level: "warn",
						text: `${label}: the server cannot go on at ${formatBytes(sink.position)} and sends all of it again`,
					});
					await sink.close();
					sink = await open(download, 0);
				}
				ifRange = body.etag;
				for await (const chunk of body.bytes) {
					signal.throwIfAborted();
					checkTotal(download, Math.max(size, sink.position + chunk.length));
					const room = sink.write(chunk);
					if (room !== undefined) await room;
					fetched.bytes += chunk.length;
					failures = 0;
					meter(sink.position);
				}
			} finally {
				body.close();
			}
			if (sink.position < size) throw endedEarly(download, sink.position);
		} catch (error) {
			signal.throwIfAborted();
			if (!(error instanceof TransientError)) throw error;
			failures++;
			if (failures >= attempts) throw error;
			const waitMs = backoff(failures, error.retryAfterMs);
			emit({
				type: "note",
				level: "warn",
				text: `${label}: ${error.message}; trying again in ${formatDuration(waitMs)}`,
			});
			await clock.sleep(waitMs, signal);
			if (error.stale) file = await resolveAgain(download);
		}
	}
	return sink;
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
