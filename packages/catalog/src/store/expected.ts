import { formatBytes, LlorchError, quotePosix } from "@llorch/core";
import type { HubFile } from "../hub/types.ts";
import type { Digests } from "./ledger.ts";
import type { FileRequest } from "./types.ts";

/** What a file must be, and who says so. At least one of the digests is there. */
export type Expected = {
	sha256?: string;
	gitSha1?: string;
	/** Bytes. */
	size?: number;
	from: "catalog" | "pin" | "hub";
};

/** What people type to get the file. */
export function nameOf({ name, repo, path, revision }: FileRequest): string {
	if (name !== undefined) return name;
	return `hf:${repo}/${path}${revision === "main" ? "" : `@${revision}`}`;
}

/** What bars and messages call the file. */
export function labelOf({ label, path }: FileRequest): string {
	return label ?? path.split("/").at(-1) ?? path;
}

export function meets(
	expected: Expected,
	found: Digests & { size: number },
): boolean {
	return (
		(expected.size === undefined || expected.size === found.size) &&
		(expected.sha256 === undefined || expected.sha256 === found.sha256) &&
		(expected.gitSha1 === undefined || expected.gitSha1 === found.gitSha1)
	);
}

/** Expected and found as `details` of an error have them. */
export function compareDigests(
	expected: Expected,
	found: Digests & { size: number },
): {
	algorithm: string;
	expected: string;
	found: string;
} {
	const git = expected.sha256 === undefined && expected.gitSha1 !== undefined;
	return git
		? {
				algorithm: "git blob sha1",
				expected: expected.gitSha1 ?? "",
				found: found.gitSha1 ?? "",
			}
		: {
				algorithm: "sha256",
				expected: expected.sha256 ?? "",
				found: found.sha256,
			};
}

const WHO = {
	catalog: "the catalog",
	pin: "the first download",
	hub: "the hub",
} as const;

/**
 * Compares what the hub says before any byte is fetched with what the file must be: so "the hub has another file now" is never
 * taken for "the download was damaged". Throws LLORCH_UPSTREAM_CHANGED, LLORCH_SIZE_MISMATCH.
 */
export function checkAgainstHub(
	request: FileRequest,
	expected: Expected | undefined,
	file: HubFile,
): void {
	if (expected === undefined) return;
	const { repo, path, commit } = file;
	const differs =
		(expected.sha256 !== undefined &&
			file.sha256 !== undefined &&
			expected.sha256 !== file.sha256) ||
		(expected.gitSha1 !== undefined && expected.gitSha1 !== file.etag);
	const details = { repo, path, revision: request.revision, commit };
	if (differs)
		throw new LlorchError(
			"LLORCH_UPSTREAM_CHANGED",
			`the hub has another ${path} in ${repo} now than ${WHO[expected.from]} says: its hash is ${file.etag} and not ${expected.sha256 ?? expected.gitSha1}`,
			{
				hint: "Nothing was fetched. If you trust the new file, take it by its commit.",
				run: ["models", "download", `hf:${repo}/${path}@${commit}`],
				details: {
					...details,
					expected: expected.sha256 ?? expected.gitSha1 ?? "",
					found: file.etag,
				},
			},
		);
	if (
		expected.size === undefined ||
		file.size === undefined ||
		expected.size === file.size
	)
		return;
	throw new LlorchError(
		"LLORCH_SIZE_MISMATCH",
		`the hub says that ${path} of ${repo} has ${file.size} bytes, ${WHO[expected.from]} says ${expected.size}`,
		{
			hint: "Nothing was fetched. One of the two is wrong: try again later, and tell who keeps the catalog if it stays so.",
			details: { ...details, expected: expected.size, found: file.size },
		},
	);
}

/** A pinned commit or file that the hub does not have any more is a change upstream, not a typing mistake. */
export function explainGone(
	error: unknown,
	request: FileRequest,
	expected: Expected | undefined,
): unknown {
	const gone =
		error instanceof LlorchError &&
		["LLORCH_REVISION_NOT_FOUND", "LLORCH_HUB_FILE_NOT_FOUND"].includes(
			error.info.code,
		);
	if (!gone || expected === undefined) return error;
	const { repo, path, revision } = request;
	return new LlorchError(
		"LLORCH_UPSTREAM_CHANGED",
		`the hub does not have ${path} of ${repo} at revision ${revision} any more, which ${WHO[expected.from]} names`,
		{
			...(error.info.hint === undefined ? {} : { hint: error.info.hint }),
			details: { repo, path, revision },
			cause: error,
		},
	);
}

/** The words for a file on this disk that is not what it must be. */
export function explainWrongFile(
	request: FileRequest,
	expected: Expected,
	file: string,
	found: Digests & { size: number },
): LlorchError {
	const differs = compareDigests(expected, found);
	const size =
		expected.size !== undefined && expected.size !== found.size
			? `it has ${found.size} bytes (${formatBytes(found.size)}) instead of ${expected.size}`
			: `its ${differs.algorithm} is ${differs.found} instead of ${differs.expected}`;
	return new LlorchError(
		"LLORCH_DIGEST_MISMATCH",
		`${file} is not the ${request.path} that ${WHO[expected.from]} describes: ${size}`,
		{
			hint: `Nothing was deleted or overwritten. If no other program needs these bytes, delete the file, then run the same command again: ${quotePosix(["rm", file])}`,
			details: { file, ...differs, size: found.size },
		},
	);
}

/** The words for a file on this disk that is what the hub gave, but not what was pinned. */
export function explainOtherFile(
	request: FileRequest,
	expected: Expected,
	file: string,
	found: Digests & { size: number },
): LlorchError {
	const { message, details } = explainWrongFile(
		request,
		expected,
		file,
		found,
	).info;
	return new LlorchError("LLORCH_UPSTREAM_CHANGED", message, {
		hint: "The file is whole, and it is what the hub gave to another tool: the hub has another file there than was pinned. Nothing was changed.",
		...(details === undefined ? {} : { details }),
	});
}
