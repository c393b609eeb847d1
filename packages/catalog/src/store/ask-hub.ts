import { formatDuration, LlorchError } from "@llorch/core";
import type { HubFile } from "../hub/types.ts";
import type { StoreContext } from "./context.ts";
import type { Emit } from "./emitting.ts";
import {
	checkAgainstHub,
	type Expected,
	explainGone,
	labelOf,
} from "./expected.ts";
import type { Known } from "./find-file.ts";
import type { HubAnswer } from "./hub-answer.ts";
import type { FileRequest } from "./types.ts";

/**
 * Asks the hub for a file and holds its answer against what is known already. Throws LLORCH_UPSTREAM_CHANGED,
 * LLORCH_SIZE_MISMATCH, LLORCH_NO_DIGEST, and what the hub throws.
 */
export async function askHub(
	{ hub }: Pick<StoreContext, "hub">,
	request: FileRequest,
	{ commit, expected }: Pick<Known, "commit" | "expected">,
	{ emit, signal }: { emit: Emit; signal: AbortSignal },
): Promise<HubAnswer> {
	const { repo, path } = request;
	// What is pinned is asked for by its commit: a branch may have moved on since.
	const revision = (expected && commit) ?? request.revision;
	const label = labelOf(request);
	const file = await (await hub())
		.resolveFile(
			{ repo, path, revision },
			{
				signal,
				onRetry: (failure, waitMs) =>
					emit({
						type: "note",
						level: "warn",
						text: `${label}: ${failure.message}; trying again in ${formatDuration(waitMs)}`,
					}),
			},
		)
		.catch((error: unknown) => {
			throw explainGone(error, request, expected);
		});
	const { size: asked } = request;
	const known: Expected | undefined =
		expected ??
		(asked === undefined ? undefined : { size: asked, from: "catalog" });
	checkAgainstHub(request, known, file);
	const size = file.size ?? known?.size;
	if (size === undefined)
		throw new LlorchError(
			"LLORCH_HUB_ANSWER",
			`the hub does not say how large ${path} of ${repo} is`,
			{ details: { repo, path } },
		);
	return { file: { ...file, size }, ...merge(request, expected, file, size) };
}

function merge(
	{ repo, path }: FileRequest,
	expected: Expected | undefined,
	file: HubFile,
	size: number,
): Pick<HubAnswer, "blob" | "expected"> {
	const sha256 = expected?.sha256 ?? file.sha256;
	const { gitSha1 } = file;
	// A mirror may have hashes of its own kind; then the pinned one names the blob.
	const blob = file.sha256 ?? gitSha1 ?? sha256;
	if (blob === undefined)
		throw new LlorchError(
			"LLORCH_NO_DIGEST",
			`neither the hub nor the catalog says what the hash of ${path} of ${repo} must be`,
			{
				hint: "Without it nobody can tell whether the bytes are the right ones. Set models.endpoint (HF_ENDPOINT) to a hub that gives hashes, as huggingface.co does.",
				details: { repo, path, etag: file.etag },
			},
		);
	return {
		blob,
		expected: {
			...(sha256 === undefined ? {} : { sha256 }),
			...(gitSha1 === undefined ? {} : { gitSha1 }),
			size,
			from: expected?.from ?? "hub",
		},
	};
}

/** Failures that leave what is on this disk as the best answer. */
export function isAway(error: unknown): error is LlorchError {
	return (
		error instanceof LlorchError &&
		[
			"LLORCH_HUB_OFFLINE",
			"LLORCH_HUB_UNREACHABLE",
			"LLORCH_HUB_BUSY",
			"LLORCH_HUB_FAILED",
			"LLORCH_PROXY_FAILED",
		].includes(error.info.code)
	);
}
