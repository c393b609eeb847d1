import { rm } from "node:fs/promises";
import { acquireLock } from "@llorch/run";
import { adopt } from "./adopt.ts";
import { prepareCache } from "./cache-tag.ts";
import type { StoreContext } from "./context.ts";
import { makeFolder, needSpace, onDisk } from "./disk.ts";
import { downloadFile, lengthOf } from "./download-file.ts";
import {
	type Expected,
	explainOtherFile,
	explainWrongFile,
	meets,
} from "./expected.ts";
import { type FileIdentity, identify } from "./file-identity.ts";
import { type FoundFile, findBlob, judge, promiseOf } from "./find-file.ts";
import type { Goal } from "./goal.ts";
import { type Hashing, hashFile } from "./hash-file.ts";
import type { HubAnswer } from "./hub-answer.ts";
import type { Digests } from "./ledger.ts";
import type { OwnFile } from "./old-places.ts";
import { publish } from "./publish.ts";
import { needSymlinks } from "./symlink.ts";
import type { FileRequest, StoredFile } from "./types.ts";

/** A file in the cache with the right bytes. */
export type Obtained = {
	path: string;
	identity: FileIdentity;
	digests: Digests;
} & Pick<StoredFile, "how" | "fetchedBytes" | "resumedBytes">;

/** Trusts a file in the cache only when its bytes were hashed: some time before, or else now. Throws LLORCH_DIGEST_MISMATCH. */
export async function check(
	request: FileRequest,
	expected: Expected,
	found: FoundFile,
	hashing: Hashing,
): Promise<Obtained | undefined> {
	const { path } = found;
	const fetched = { fetchedBytes: 0, resumedBytes: 0 };
	const verdict = judge(found, expected);
	if (verdict === "verified" && found.digests !== undefined) {
		const { identity, digests } = found;
		return { path, identity, digests, how: "present", ...fetched };
	}
	const git = expected.gitSha1 !== undefined;
	const hashed = await onDisk(path, () => hashFile(path, git, hashing));
	// It has just gone, or is being written by somebody.
	if (hashed === undefined) return undefined;
	const { identity, digests } = hashed;
	if (judge({ ...found, ...hashed }, expected) !== "verified") {
		const is = { ...digests, size: identity.size };
		const promise = promiseOf(found.blobName);
		throw promise !== undefined && meets(promise, is)
			? explainOtherFile(request, expected, path, is)
			: explainWrongFile(request, expected, path, is);
	}
	return { path, identity, digests, how: "hashed", ...fetched };
}

/**
 * Brings a file that is not in the cache: from the user's own at an old place, else from the hub. One process at a time for
 * each digest; who waited may find that it is there.
 */
export async function obtain(
	context: StoreContext,
	request: FileRequest,
	goal: Goal,
	own: OwnFile | undefined,
	hashing: Hashing,
): Promise<Obtained> {
	const { layout, blobName, expected, answer } = goal;
	await prepareCache(context.cache);
	await makeFolder(layout.blobs);
	await needSymlinks(layout.blobs);
	const lock = await onDisk(layout.blobs, () =>
		acquireLock(layout.lock(blobName), {
			wait: true,
			signal: hashing.signal,
			clock: context.clock,
			onWait: (holder) =>
				hashing.emit({
					type: "note",
					level: "info",
					text: `${hashing.label}: waiting for another llorch that is at it${holder === undefined ? "" : ` (process ${holder.pid} on ${holder.host})`}`,
				}),
		}),
	);
	try {
		const found = await findBlob(context, layout, blobName);
		const there = found && (await check(request, expected, found, hashing));
		if (there !== undefined) return there;
		if (own !== undefined) return await takeOver(request, goal, own, hashing);
		if (answer === undefined)
			throw new Error(`nobody has asked the hub for ${request.path}`);
		return await download(context, request, goal, answer, hashing);
	} finally {
		await lock.release();
	}
}

async function takeOver(
	request: FileRequest,
	{ layout, blobName, expected }: Goal,
	own: OwnFile,
	hashing: Hashing,
): Promise<Obtained> {
	const blob = layout.blob(blobName);
	const ours = await adopt(own, blob, layout.partial(blobName), hashing);
	const digests = ours ? own.digests : undefined;
	return {
		...(await acknowledge(request, expected, blob, digests, hashing)),
		how: "adopted",
	};
}

async function download(
	context: StoreContext,
	request: FileRequest,
	{ layout, blobName }: Goal,
	{ file, expected }: HubAnswer,
	hashing: Hashing,
): Promise<Obtained> {
	const partial = layout.partial(blobName);
	const kept = Math.min(await lengthOf(partial), file.size);
	await needSpace(layout.blobs, file.size - kept, hashing.label);
	// So that the partial can be found again without asking the hub.
	await context.pins.set(request, {
		commit: file.commit,
		blob: blobName,
		size: file.size,
	});
	const { digests, ...fetched } = await downloadFile({
		...hashing,
		hub: await context.hub(),
		file,
		expected,
		partial,
		task: `download:${request.repo}/${request.path}`,
		attempts: context.attempts,
	});
	const blob = layout.blob(blobName);
	const ours = await publish(partial, blob);
	const there = await acknowledge(
		request,
		expected,
		blob,
		ours ? digests : undefined,
		hashing,
	);
	if (!ours) await rm(partial, { force: true });
	return { ...there, ...fetched, how: "downloaded" };
}

/** Notes down what now has the blob's name. Without `digests` somebody else has put it there, and it is hashed. */
async function acknowledge(
	request: FileRequest,
	expected: Expected,
	path: string,
	digests: Digests | undefined,
	hashing: Hashing,
): Promise<Obtained> {
	const identity = await identify(path);
	if (identity !== undefined) {
		if (digests !== undefined)
			await hashing.ledger.note(path, identity, digests);
		const known = digests === undefined ? {} : { digests };
		const found = { path, identity, ...known };
		const there = await check(request, expected, found, hashing);
		if (there !== undefined) return there;
	}
	throw new Error(`${path} was changed as soon as it was there`);
}
