import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LlorchError } from "@llorch/core";
import { inStateFolder, makeFolders, writeFileAtomic } from "@llorch/run";
import { exists } from "./exists.ts";

/** One thing that `dev setup` made, or was about to make: told before it happens, so that a kill loses nothing. */
export type Made =
	/** Removed if it is still as we wrote it. */
	| { kind: "file"; path: string; sha256: string }
	| { kind: "link"; path: string; target: string }
	/** A text at the end of a file: a line with `LINE_MARK`, and the end of the one before where that had none. `created`: the file was not there. */
	| { kind: "line"; path: string; text: string; created: boolean }
	/** Removed if it is empty. */
	| { kind: "folder"; path: string }
	/** Removed with all that is in it: nobody else puts anything there. */
	| { kind: "tree"; path: string }
	| { kind: "model"; id: string }
	/** A folder of another part of llorch that was not there. Removed if it holds nothing but what that part writes about itself. */
	| { kind: "leftovers"; path: string };

export type Recorder = {
	readonly made: readonly Made[];
	/** Safe on disk when it resolves. What is recorded already changes nothing. */
	add(made: Made): Promise<void>;
	/** Makes a folder and those above it, and records each that was not there. */
	makeFolder(path: string): Promise<void>;
	/** Writes a file, whole or not at all also when we are killed, and records it. */
	writeFile(path: string, text: string): Promise<void>;
	/** Forgets everything else. */
	keep(entries: readonly Made[]): Promise<void>;
};

/** By this a line in a file of the user's is known as ours, also one that was changed since. */
export const LINE_MARK = "# llorch dev setup";

const FILE = "setup.json";
type Stored = { version: 1; made: Made[] };

/** Opens the record of what was made on this machine. Throws LLORCH_SETUP_RECORD_INVALID for one that cannot be read. */
export async function openRecord(stateFolder: string): Promise<Recorder> {
	const path = join(stateFolder, FILE);
	const made = await read(path);
	const save = async () => {
		const stored: Stored = { version: 1, made };
		const text = `${JSON.stringify(stored, undefined, "\t")}\n`;
		await inStateFolder(stateFolder, () => writeFileAtomic(path, text));
	};
	const add = async (entry: Made) => {
		const key = JSON.stringify(entry);
		if (made.some((known) => JSON.stringify(known) === key)) return;
		made.push(entry);
		await save();
	};
	const makeFolder = async (folder: string) => {
		for (const missing of await missingFolders(folder))
			await add({ kind: "folder", path: missing });
		await makeFolders(folder);
	};
	return {
		made,
		add,
		makeFolder,
		async writeFile(target, text) {
			await makeFolder(dirname(target));
			const begun = `${target}.new`;
			for (const each of [target, begun])
				await add({ kind: "file", path: each, sha256: sha256(text) });
			await writeFile(begun, text);
			await rename(begun, target);
		},
		async keep(entries) {
			// In the order in which they were made.
			const kept = made.filter((entry) => entries.includes(entry));
			made.splice(0, made.length, ...kept);
			if (made.length === 0) await rm(path, { force: true });
			else await save();
		},
	};
}

/** Takes away what a killed setup was just writing. Only for who holds the lock. */
export async function tidyRecord(stateFolder: string): Promise<void> {
	for (const name of await readdir(stateFolder))
		if (name.startsWith(`.${FILE}.`)) await rm(join(stateFolder, name));
}

async function read(path: string): Promise<Made[]> {
	let text: string;
	try {
		text = await readFile(path, "utf8");
	} catch {
		return [];
	}
	try {
		const stored = JSON.parse(text) as Stored;
		if (stored.version === 1 && Array.isArray(stored.made)) return stored.made;
	} catch {
		// Told below.
	}
	throw new LlorchError(
		"LLORCH_SETUP_RECORD_INVALID",
		`${path}, which says what dev setup made, cannot be read`,
		{ details: { path } },
	);
}

/** A folder and those above it that are not there, the highest first. */
export async function missingFolders(path: string): Promise<string[]> {
	const missing: string[] = [];
	for (
		let folder = path;
		!(await exists(folder)) && folder !== dirname(folder);
		folder = dirname(folder)
	)
		missing.unshift(folder);
	return missing;
}

/** Whether we wrote a file with this text, now or in an earlier version. */
export function isOurs(
	made: readonly Made[],
	path: string,
	text: string,
): boolean {
	const hash = sha256(text);
	return made.some(
		(each) =>
			each.kind === "file" && each.path === path && each.sha256 === hash,
	);
}

export function sha256(text: string): string {
	return createHash("sha256").update(text).digest("hex");
}
