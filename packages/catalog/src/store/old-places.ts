import { readlink } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode, isSystemError, LlorchError, quotePosix } from "@llorch/core";
import { makeFolders } from "@llorch/run";
import {
	type Expected,
	explainWrongFile,
	labelOf,
	meets,
	nameOf,
} from "./expected.ts";
import {
	type FileIdentity,
	identify,
	isSameFile,
	kindOf,
} from "./file-identity.ts";
import { resolveLink } from "./find-file.ts";
import { type HashedFile, type Hashing, hashFile } from "./hash-file.ts";
import { leadsIntoCache } from "./layout.ts";
import { putSymlink } from "./symlink.ts";
import type { FileRequest, LinkState } from "./types.ts";

/** What stands at the old place `path`, for the file `identity` (absent: it is not in the cache). */
export async function stateOfLink(
	path: string,
	identity: FileIdentity | undefined,
): Promise<LinkState> {
	const kind = await unlessHidden(kindOf(path));
	if (kind === undefined || kind === "none") return { path, state: "missing" };
	const leadsTo = await unlessHidden(identify(path));
	// Also a second name (hard link) of the same bytes.
	if (leadsTo && identity && isSameFile(leadsTo, identity))
		return { path, state: "ok" };
	if (kind === "file") return { path, state: "file" };
	const target = kind === "link" ? await readlink(path) : "";
	return { path, state: leadsIntoCache(target) ? "stale" : "foreign" };
}

/** Undefined where we may not look. */
export function unlessHidden<V>(look: Promise<V>): Promise<V | undefined> {
	return look.catch((error: unknown) => {
		if (hasCode(error, "EACCES", "EPERM")) return undefined;
		throw error;
	});
}

/** A user's own file at an old place, with the right bytes. */
export type OwnFile = HashedFile & {
	/** The old place. */
	place: string;
	/** The file: the place itself, or where the user's own link leads to. */
	path: string;
};

/**
 * Looks at everything of the user's own that stands where links belong, before a byte is fetched. Right bytes are returned, to
 * be used; for other bytes and whatever else is in the way it throws LLORCH_FILE_DIFFERS or LLORCH_LINK_BLOCKED: the user
 * decides about them, nothing is touched.
 */
export async function findOwnFiles(
	request: FileRequest,
	expected: Expected,
	identity: FileIdentity | undefined,
	hashing: Hashing,
): Promise<OwnFile[]> {
	const own: OwnFile[] = [];
	for (const place of request.links ?? []) {
		const { state } = await stateOfLink(place, identity);
		if (state !== "file" && state !== "foreign") continue;
		own.push(
			await readOwnFile({ place, state }, request, expected, hashing).catch(
				(error: unknown) => {
					throw isSystemError(error)
						? unreadable(request, place, error)
						: error;
				},
			),
		);
	}
	return own;
}

async function readOwnFile(
	{ place, state }: { place: string; state: "file" | "foreign" },
	request: FileRequest,
	expected: Expected,
	hashing: Hashing,
): Promise<OwnFile> {
	const path = state === "file" ? place : await resolveLink(place);
	const there = path === undefined ? undefined : await identify(path);
	if (path === undefined || there === undefined) throw blocked(request, place);
	const hashed = await hashUnlessKnown(place, path, there, expected, hashing);
	if (
		hashed === undefined ||
		!meets(expected, { ...hashed.digests, size: hashed.identity.size })
	)
		throw differs(request, place, expected, there, hashed);
	return { place, path, ...hashed };
}

/** Undefined when the size alone says that these are other bytes. */
async function hashUnlessKnown(
	place: string,
	path: string,
	identity: FileIdentity,
	expected: Expected,
	hashing: Hashing,
): Promise<HashedFile | undefined> {
	if (expected.size !== undefined && expected.size !== identity.size)
		return undefined;
	const git = expected.sha256 === undefined;
	const digests = await hashing.ledger.lookUp(identity);
	if (digests !== undefined && (!git || digests.gitSha1 !== undefined))
		return { identity, digests };
	return hashFile(path, git, { ...hashing, label: place });
}

/** Makes the old place lead to the file, unless it does. Folders on the way are made; nothing of the user's is replaced. */
export async function placeLink(
	place: string,
	target: string,
	identity: FileIdentity,
): Promise<void> {
	const { state } = await stateOfLink(place, identity);
	if (state === "missing" || state === "stale") await putLink(place, target);
}

/**
 * Puts the link where a file of the user's own with the same bytes is, so that there is one copy. Where the folder does not
 * allow that, a second name of the one copy may stay; another copy may not.
 */
export async function replaceOwnFile(
	place: string,
	target: string,
	identity: FileIdentity,
): Promise<void> {
	try {
		await putLink(place, target);
	} catch (error) {
		const { state } = await stateOfLink(place, identity);
		if (state !== "ok") throw error;
	}
}

async function putLink(place: string, target: string): Promise<void> {
	try {
		await makeFolders(dirname(place));
		// Absolute: the cache and the repository are far apart, and may be moved independently.
		await putSymlink(place, target);
	} catch (cause) {
		throw new LlorchError(
			"LLORCH_LINK_BLOCKED",
			`the link ${place} cannot be made`,
			{
				hint: `The model itself is complete, at ${target}. Make the folder of the link writable, then run the same command again.`,
				details: { place, target },
				cause,
			},
		);
	}
}

function differs(
	request: FileRequest,
	place: string,
	expected: Expected,
	there: FileIdentity,
	hashed: HashedFile | undefined,
): LlorchError {
	const found = {
		sha256: "",
		...hashed?.digests,
		size: there.size,
	};
	const { message, details } = explainWrongFile(
		request,
		expected,
		place,
		found,
	).info;
	return new LlorchError("LLORCH_FILE_DIFFERS", message, {
		hint: `Nothing was changed. To get ${nameOf(request)}, move the file away first: ${quotePosix(["mv", place, `${place}.old`])}`,
		details: { ...details, place },
	});
}

function blocked(request: FileRequest, place: string): LlorchError {
	return new LlorchError(
		"LLORCH_LINK_BLOCKED",
		`${place} is in the way of the link to ${labelOf(request)}: it is a folder, or a link of your own that leads to no file`,
		{
			hint: `Nothing was changed. Move it away first: ${quotePosix(["mv", place, `${place}.old`])}`,
			details: { place },
		},
	);
}

function unreadable(
	request: FileRequest,
	place: string,
	cause: Error & { code: string },
): LlorchError {
	return new LlorchError(
		"LLORCH_LINK_BLOCKED",
		`${place} is in the way of the link to ${labelOf(request)}, and cannot be read (${cause.code})`,
		{
			hint: `Nothing was changed. Give yourself the right to read it, so that it is used if it is the right file, or move it away: ${quotePosix(["mv", place, `${place}.old`])}`,
			details: { place },
			cause,
		},
	);
}
