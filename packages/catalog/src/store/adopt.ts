import { createReadStream } from "node:fs";
import { link, rm } from "node:fs/promises";
import { hasCode, LlorchError } from "@llorch/core";
import { explainDisk, needSpace } from "./disk.ts";
import { identify, isUnchanged } from "./file-identity.ts";
import type { Hashing } from "./hash-file.ts";
import { openMeter } from "./meter.ts";
import type { OwnFile } from "./old-places.ts";
import { lacksHardLinks, publish } from "./publish.ts";
import { openSink } from "./sink.ts";

/**
 * Gives a user's own, hashed file the name of a blob: as a second name of the same bytes where that is possible, else as a
 * copy that is hashed again on the way. The file itself stays. `false`: there is such a blob already.
 */
export async function adopt(
	own: OwnFile,
	blob: string,
	partial: string,
	hashing: Hashing,
): Promise<boolean> {
	try {
		await link(own.path, blob);
	} catch (error) {
		if (hasCode(error, "EEXIST")) return false;
		// Another file system, or one without hard links; EACCES, EPERM: somebody else's file (fs.protected_hardlinks).
		if (!lacksHardLinks(error) && !hasCode(error, "EXDEV", "EACCES"))
			throw explainDisk(error, blob);
		await copy(own, partial, hashing);
		return publish(partial, blob);
	}
	const now = await identify(blob);
	if (now !== undefined && isUnchanged(now, own.identity)) return true;
	await rm(blob, { force: true });
	throw changed(own.path);
}

async function copy(
	own: OwnFile,
	partial: string,
	{ label, emit, signal, clock }: Hashing,
): Promise<void> {
	const { size } = own.identity;
	await needSpace(partial, size, label);
	const meter = openMeter({
		emit,
		clock,
		task: `copy:${own.path}`,
		label: `copying ${label}`,
		total: size,
	});
	const sink = await openSink({
		path: partial,
		keep: 0,
		size,
		git: own.digests.gitSha1 !== undefined,
		signal,
	});
	try {
		const source = createReadStream(own.path, { highWaterMark: 1024 * 1024 });
		for await (const chunk of source as AsyncIterable<Uint8Array>) {
			signal.throwIfAborted();
			await sink.write(chunk);
			meter(sink.position);
		}
		const { sha256 } = await sink.finish();
		if (sha256 !== own.digests.sha256) throw changed(own.path);
	} catch (error) {
		await sink.close();
		await rm(partial, { force: true });
		throw explainDisk(error, partial);
	}
	await sink.close();
}

function changed(path: string): LlorchError {
	return new LlorchError(
		"LLORCH_DIGEST_MISMATCH",
		`${path} was changed while it was being taken over`,
		{ hint: "Let its writer finish, then run the same command again." },
	);
}
