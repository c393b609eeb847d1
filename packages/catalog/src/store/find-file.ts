import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { type Expected, meets } from "./expected.ts";
import { type FileIdentity, identify, isAbsent } from "./file-identity.ts";
import {
	isCommit,
	layoutOf,
	PARTIAL_SUFFIX,
	type RepoLayout,
} from "./layout.ts";
import type { Digests, Ledger } from "./ledger.ts";
import { isBinding, type Pin, type Pins } from "./pins.ts";
import type { FileRequest } from "./types.ts";

/** What the store keeps for itself. */
export type Memory = { cache: string; ledger: Ledger; pins: Pins };

/** What is known of a request without asking anybody: on this disk, and in llorch's notes. */
export type Known = {
	layout: RepoLayout;
	commit?: string;
	/** Absent: nobody has said yet what it must be. */
	expected?: Expected;
	pin?: Pin;
	/** The file in the cache. */
	found?: FoundFile;
	/** A begun download. */
	partial?: { path: string; bytes: number };
};

export type FoundFile = {
	/** The real file: a blob, or (where a tool was told not to link) the file in `snapshots/` itself. */
	path: string;
	/** The name of its blob, where it is one. */
	blobName?: string;
	/** The link in `snapshots/` that leads to it, if there is one. */
	snapshot?: string;
	identity: FileIdentity;
	/** From an earlier hashing, if it has not changed since. */
	digests?: Digests;
};

/** Looks in the cache and the notes; reads no file's bytes. Throws LLORCH_STATE_UNREADABLE. */
export async function lookUp(
	memory: Memory,
	request: FileRequest,
): Promise<Known> {
	const layout = layoutOf(memory.cache, request.repo);
	const pin = await memory.pins.find(request);
	const expected = expect(request, pin);
	const commit = await commitOf(layout, request, pin, expected);
	const found = await findFile(memory, layout, request, commit, expected);
	const partial = await findPartial(layout, pin, expected);
	return {
		layout,
		...(commit === undefined ? {} : { commit }),
		...(expected === undefined ? {} : { expected }),
		...(pin === undefined ? {} : { pin }),
		...(found === undefined ? {} : { found }),
		...(partial === undefined ? {} : { partial }),
	};
}

function expect(
	request: FileRequest,
	pin: Pin | undefined,
): Expected | undefined {
	const size = request.size === undefined ? {} : { size: request.size };
	if (request.sha256 !== undefined)
		return { sha256: request.sha256.toLowerCase(), ...size, from: "catalog" };
	return pin?.sha256 !== undefined && isBinding(request)
		? { sha256: pin.sha256, size: pin.size, ...size, from: "pin" }
		: undefined;
}

/** The commit without asking the hub: as named, as pinned, as last told for the branch, or of a snapshot that has the bytes. */
async function commitOf(
	layout: RepoLayout,
	request: FileRequest,
	pin: Pin | undefined,
	expected: Expected | undefined,
): Promise<string | undefined> {
	const { revision, path } = request;
	if (isCommit(revision)) return revision;
	if (pin?.sha256 !== undefined && pin.sha256 === expected?.sha256)
		return pin.commit;
	if (expected?.sha256 === undefined) return readRef(layout, revision);
	// Bytes that are pinned may be those of any commit: the branch has perhaps moved on.
	const blob = await resolveLink(layout.blob(expected.sha256));
	if (blob === undefined) return undefined;
	for (const commit of await commitsIn(layout))
		if ((await resolveLink(layout.snapshot(commit, path))) === blob)
			return commit;
	return undefined;
}

export async function readRef(
	layout: RepoLayout,
	revision: string,
): Promise<string | undefined> {
	try {
		const text = (await readFile(layout.ref(revision), "utf8")).trim();
		return isCommit(text) ? text : undefined;
	} catch (error) {
		if (isAbsent(error)) return undefined;
		throw error;
	}
}

export async function commitsIn({ snapshots }: RepoLayout): Promise<string[]> {
	return (await namesIn(snapshots)).filter(isCommit).sort();
}

/** Names in a folder; none when there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		if (isAbsent(error)) return [];
		throw error;
	}
}

/** The real path, or undefined when nothing is there in the end. */
export async function resolveLink(path: string): Promise<string | undefined> {
	try {
		return await realpath(path);
	} catch (error) {
		if (isAbsent(error)) return undefined;
		throw error;
	}
}

async function findFile(
	{ ledger }: Memory,
	layout: RepoLayout,
	{ path }: FileRequest,
	commit: string | undefined,
	expected: Expected | undefined,
): Promise<FoundFile | undefined> {
	const snapshot =
		commit === undefined ? undefined : layout.snapshot(commit, path);
	const file = snapshot && (await resolveLink(snapshot));
	const identity = file && (await identify(file));
	if (!snapshot || !file || !identity)
		return expected?.sha256 === undefined
			? undefined
			: findBlob({ ledger }, layout, expected.sha256);
	const blobName = await blobNameOf(snapshot);
	const digests = await ledger.lookUp(identity);
	return {
		path: file,
		...(blobName === undefined ? {} : { blobName }),
		snapshot,
		identity,
		...(digests === undefined ? {} : { digests }),
	};
}

/** The blob of that name, if there is one. */
export async function findBlob(
	{ ledger }: Pick<Memory, "ledger">,
	layout: RepoLayout,
	blobName: string,
): Promise<FoundFile | undefined> {
	const path = layout.blob(blobName);
	const identity = await identify(path);
	if (identity === undefined) return undefined;
	const digests = await ledger.lookUp(identity);
	return {
		path,
		blobName,
		identity,
		...(digests === undefined ? {} : { digests }),
	};
}

/** The blob that a link in `snapshots/` names; undefined for a real file there. */
async function blobNameOf(snapshot: string): Promise<string | undefined> {
	const target = await readlink(snapshot).catch(() => "");
	return /(?:^|\/)blobs\/([^/]+)$/.exec(target)?.[1];
}

async function findPartial(
	layout: RepoLayout,
	pin: Pin | undefined,
	expected: Expected | undefined,
): Promise<Known["partial"]> {
	const name = expected?.sha256 ?? pin?.blob;
	for (const each of new Set([name, pin?.blob])) {
		if (each === undefined) continue;
		const path = join(layout.blobs, each + PARTIAL_SUFFIX);
		const identity = await identify(path);
		if (identity !== undefined) return { path, bytes: identity.size };
	}
	return undefined;
}

/** What the name of a blob promises: hf and llama.cpp name it by the hub's hash of it, and never look. */
export function promiseOf(blobName: string | undefined): Expected | undefined {
	const name = blobName ?? "";
	if (/^[0-9a-f]{64}$/.test(name)) return { sha256: name, from: "hub" };
	return /^[0-9a-f]{40}$/.test(name)
		? { gitSha1: name, from: "hub" }
		: undefined;
}

/** Judges a found file by an earlier hashing, or by its size alone. `unhashed`: it must be read to know. */
export function judge(
	found: FoundFile,
	expected: Expected | undefined,
): "verified" | "wrong" | "unhashed" {
	const { size } = found.identity;
	if (expected?.size !== undefined && expected.size !== size) return "wrong";
	if (found.digests === undefined) return "unhashed";
	if (expected === undefined) return "verified";
	if (expected.gitSha1 !== undefined && found.digests.gitSha1 === undefined)
		return "unhashed";
	return meets(expected, { ...found.digests, size }) ? "verified" : "wrong";
}
