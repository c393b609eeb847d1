import type { LlorchError } from "@llorch/core";

/** One file of a repository at a revision (a commit, a branch or a tag), by its path inside the repository. */
export type HubRef = { repo: string; revision: string; path: string };

/** What the hub says about one file before any body byte is fetched. */
export type HubFile = HubRef & {
	/** The commit the revision names now, 40 hex digits. */
	commit: string;
	/** Name of the blob in the Hugging Face cache: the sha256 of an LFS file, git's blob sha1 of a small one. */
	etag: string;
	/** Known for LFS files. */
	sha256?: string;
	/** Known for files that git itself holds: sha1 over `blob <size>\0<bytes>`. */
	gitSha1?: string;
	/** Bytes. Absent when the hub does not say. */
	size?: number;
	/** Where the body is. When it is on another origin than the endpoint, no token goes there. */
	url: string;
	/** The way to `url` left the endpoint's origin. */
	left: boolean;
};

/** An open response body. `start` is the offset of its first byte: 0 when the server ignored the asked range. */
export type HubBody = {
	start: number;
	/** Bytes of the whole file as this response tells it, when it does. */
	total?: number;
	/** The body server's own validator, for `ifRange`. Only strong ones. */
	etag?: string;
	bytes: AsyncIterable<Uint8Array>;
	/** Lets go of the connection without reading on. */
	close(): void;
};

export type HubCall = {
	signal: AbortSignal;
	/** Told before each pause between two tries. */
	onRetry?: ((failure: LlorchError, waitMs: number) => void) | undefined;
};

/** A client of one hub (huggingface.co, a mirror, a loopback hub). Codes: hub/errors.ts. */
export interface Hub {
	/** Without a trailing slash. */
	readonly endpoint: string;
	/** LLORCH_REPO_NOT_FOUND, LLORCH_REVISION_NOT_FOUND, LLORCH_HUB_FILE_NOT_FOUND, LLORCH_GATED, LLORCH_HUB_*. */
	resolveFile(ref: HubRef, call: HubCall): Promise<HubFile>;
	/**
	 * One GET, from byte `from` on, never tried again here. The caller reads `bytes` to the end or calls `close`. What may work
	 * the next time, here or while reading, is a `TransientError`.
	 */
	openBody(
		file: HubFile,
		call: {
			signal: AbortSignal;
			from?: number | undefined;
			/** The `etag` of an earlier body: if the server has another version by now, it sends all of it. */
			ifRange?: string | undefined;
		},
	): Promise<HubBody>;
	close(): Promise<void>;
}
