import { mkdir, readlink, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LlorchError, quotePath, succeeded } from "@llorch/core";
import { onDisk, quoteLine, type RawPath, rawFromText } from "../raw-path.ts";
import { type GitDoor, mainComplaint, runGit } from "../run-git.ts";
import type { Look } from "./look.ts";

/** A file whose content is in the repository now, raw. */
export type KeptFile = {
	path: RawPath;
	kind: "file" | "link";
	/** Permission bits. */
	mode: number;
	oid: string;
};

/**
 * Puts files into the repository byte for byte, past all filters, and onto the disk for good. `scratch` is a folder for
 * passing things. Throws LLORCH_GIT_CANNOT_KEEP, with nothing changed but the object store.
 */
export async function hashFiles(
	door: GitDoor,
	root: string,
	files: readonly Look[],
	scratch: string,
): Promise<KeptFile[]> {
	if (files.length === 0) return [];
	for (const { path, kind } of files)
		if (kind !== "file" && kind !== "link") throw cannotKeep(root, path, kind);
	const lines = await namesToRead(root, files, scratch);
	try {
		const { stdout, stderr, result } = await runGit(
			door,
			root,
			[
				// Like a commit, what is kept must survive a power cut (git-config(1), core.fsync).
				...["-c", "core.fsync=loose-object", "-c", "core.fsyncMethod=fsync"],
				...["hash-object", "-w", "--no-filters", "--stdin-paths"],
			],
			{ stdin: lines.map((line) => `${line}\n`).join("") },
		);
		const oids = stdout.toString().trim().split("\n");
		if (!succeeded(result) || oids.length !== files.length) {
			// git stops at the first file it cannot read.
			const file = files[stdout.length === 0 ? 0 : oids.length];
			throw cannotKeep(
				root,
				file?.path ?? ("" as RawPath),
				mainComplaint(stderr),
			);
		}
		return files.map(({ path, kind, mode }, index) => ({
			path,
			kind: kind as KeptFile["kind"],
			mode,
			oid: oids[index] as string,
		}));
	} finally {
		await rm(scratch, { recursive: true, force: true });
	}
}

/** git would follow a link and read what it leads to; so what a link says is written to a file of its own. */
async function namesToRead(
	root: string,
	files: readonly Look[],
	scratch: string,
): Promise<string[]> {
	await mkdir(scratch, { recursive: true });
	return Promise.all(
		files.map(async ({ path, kind }, index) => {
			if (kind !== "link") return quoteLine(path);
			const copy = join(scratch, String(index));
			const target = await readlink(onDisk(root, path), { encoding: "buffer" });
			await writeFile(copy, target);
			return quoteLine(rawFromText(copy));
		}),
	);
}

export function cannotKeep(
	root: string,
	path: RawPath,
	reason: string | undefined,
): LlorchError {
	const shown = Buffer.from(path, "latin1").toString();
	return new LlorchError(
		"LLORCH_GIT_CANNOT_KEEP",
		`${quotePath(shown)} would be lost and cannot be kept: ${reason ?? "unknown reason"}`,
		{
			hint: "Nothing was changed. Move it away or make it readable, then try again.",
			details: { path: shown, repository: root },
		},
	);
}
