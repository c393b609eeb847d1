import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Clock } from "@llorch/core";
import type { Emit } from "./emitting.ts";
import { type FileIdentity, identify, isUnchanged } from "./file-identity.ts";
import type { Digests, Ledger } from "./ledger.ts";
import { openMeter } from "./meter.ts";

const BUFFER_BYTES = 1024 * 1024;

export type Hashing = {
	ledger: Ledger;
	label: string;
	emit: Emit;
	signal: AbortSignal;
	clock: Clock;
};

export type HashedFile = { identity: FileIdentity; digests: Digests };

/**
 * Reads a file whole, notes its digests in the ledger, and returns them. Undefined when there is no file any more, or it
 * changed while it was read. System errors (EACCES, EIO) pass as they are.
 *
 * @param git work out git's blob id too
 */
export async function hashFile(
	path: string,
	git: boolean,
	{ ledger, label, emit, signal, clock }: Hashing,
): Promise<HashedFile | undefined> {
	const identity = await identify(path);
	if (identity === undefined) return undefined;
	const meter = openMeter({
		emit,
		clock,
		task: `check:${path}`,
		label: `checking ${label}`,
		total: identity.size,
	});
	const digests = await readThrough(path, git ? identity.size : undefined, {
		signal,
		onBytes: meter,
	});
	const after = await identify(path);
	if (after === undefined || !isUnchanged(identity, after)) return undefined;
	await ledger.note(path, identity, digests);
	return { identity, digests };
}

/** Reads ahead while it hashes. */
async function readThrough(
	path: string,
	gitSize: number | undefined,
	{ signal, onBytes }: { signal: AbortSignal; onBytes: (done: number) => void },
): Promise<Digests> {
	const sha256 = createHash("sha256");
	const sha1 =
		gitSize === undefined
			? undefined
			: createHash("sha1").update(`blob ${gitSize}\0`);
	const file = await open(path, "r");
	try {
		let [current, next] = [
			new Uint8Array(BUFFER_BYTES),
			new Uint8Array(BUFFER_BYTES),
		];
		let at = 0;
		let { bytesRead } = await file.read(current, 0, BUFFER_BYTES, at);
		while (bytesRead > 0) {
			signal.throwIfAborted();
			at += bytesRead;
			const reading = file.read(next, 0, BUFFER_BYTES, at);
			const bytes = current.subarray(0, bytesRead);
			sha256.update(bytes);
			sha1?.update(bytes);
			onBytes(at);
			({ bytesRead } = await reading);
			[current, next] = [next, current];
		}
		return {
			sha256: sha256.digest("hex"),
			...(sha1 === undefined ? {} : { gitSha1: sha1.digest("hex") }),
		};
	} finally {
		await file.close();
	}
}
