import {
	type FileHandle,
	link,
	open,
	readdir,
	rename,
	unlink,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasCode } from "@llorch/core";
import type { ProcessIdentity } from "./process-identity.ts";

/** What stands in a lock file. */
export type LockHolder = ProcessIdentity & {
	version: 1;
	/** Names one acquisition. */
	id: string;
	/** ISO 8601, UTC. */
	startedAt: string;
};

/** A lock file as it was found. `text` is unique to one acquisition. */
export type FoundLock = {
	text: string;
	/** Absent when the text is not (or not yet) that of a lock. */
	holder?: LockHolder;
	/** Milliseconds, by the clock of the file system. */
	touchedAt: number;
};

/** Our own lock file, under its own name until it gets the lock's. */
export type Claim = {
	/** Gives the file the lock's name, if that is free. */
	place(): Promise<boolean>;
	/** Gives the file the lock's name, whoever has it. */
	replace(): Promise<void>;
	/** Sets the time of the file to that of the file system's own clock, and returns it: clocks of other machines do not matter. */
	touch(): Promise<number>;
	/** Takes away what is left under our own name. */
	tidy(): Promise<void>;
	close(): Promise<void>;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The own name of an acquisition's file, beside the lock. */
function claimPath(path: string, id: string): string {
	return `${path}.${id}`;
}

/** Writes the file whole before it becomes the lock, so that no reader ever sees half of it. */
export async function writeClaim(
	path: string,
	holder: LockHolder,
): Promise<Claim> {
	const own = claimPath(path, holder.id);
	const text = stringifyHolder(holder);
	let file = await writeNew(own, text);
	/** `removeDeadClaims` may have caught our file while it was still empty. */
	const withOwnName = async (use: () => Promise<void>) => {
		for (;;)
			try {
				return await use();
			} catch (error) {
				if (!hasCode(error, "ENOENT")) throw error;
				await file.close();
				file = await writeNew(own, text);
			}
	};
	return {
		async place() {
			try {
				// Fails when the name is taken, also on NFS, where O_EXCL has not always been reliable (open(2), link(2)).
				await withOwnName(() => link(own, path));
				return true;
			} catch (error) {
				if (hasCode(error, "EEXIST")) return false;
				if (!hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"))
					throw error;
			}
			// No hard links here (exFAT, some network shares).
			try {
				const placed = await writeNew(path, text);
				await file.close();
				file = placed;
				return true;
			} catch (error) {
				if (hasCode(error, "EEXIST")) return false;
				throw error;
			}
		},
		replace: () => withOwnName(() => rename(own, path)),
		async touch() {
			await file.write("\n", text.length - 1);
			await file.datasync();
			return (await file.stat()).mtimeMs;
		},
		tidy: () => unlinkIfThere(own),
		close: () => file.close(),
	};
}

async function writeNew(path: string, text: string): Promise<FileHandle> {
	const file = await open(path, "wx", 0o644);
	try {
		await file.writeFile(text);
		await file.datasync();
		return file;
	} catch (error) {
		await file.close();
		await unlinkIfThere(path);
		throw error;
	}
}

/** The lock at `path`, or `undefined` when the name is free. */
export async function findLock(path: string): Promise<FoundLock | undefined> {
	try {
		// One file for both: by its name, the time of a dead lock could come with the text of its living successor.
		await using file = await open(path);
		const { mtimeMs } = await file.stat();
		const text = await file.readFile("utf8");
		const holder = parseHolder(text);
		return {
			text,
			touchedAt: mtimeMs,
			...(holder === undefined ? {} : { holder }),
		};
	} catch (error) {
		if (hasCode(error, "ENOENT")) return undefined;
		throw error;
	}
}

/** Takes the lock's name away if it is still ours. */
export async function removeLock(
	path: string,
	holder: LockHolder,
): Promise<void> {
	const found = await findLock(path);
	if (found?.text === stringifyHolder(holder)) await unlinkIfThere(path);
}

/**
 * Removes the files that takers who died have left under their own names. One that says nothing may be of a taker who lives and
 * is about to write it; that one makes it anew.
 */
export async function removeDeadClaims(
	path: string,
	isDead: (holder: LockHolder) => Promise<boolean>,
): Promise<void> {
	const folder = dirname(path);
	const prefix = claimPath(basename(path), "");
	for (const name of await readdir(folder)) {
		if (!name.startsWith(prefix) || !UUID.test(name.slice(prefix.length)))
			continue;
		const claim = join(folder, name);
		const holder = (await findLock(claim))?.holder;
		if (holder === undefined || (await isDead(holder)))
			await unlinkIfThere(claim);
	}
}

function stringifyHolder(holder: LockHolder): string {
	return `${JSON.stringify(holder)}\n`;
}

function parseHolder(text: string): LockHolder | undefined {
	try {
		const value: unknown = JSON.parse(text);
		const isHolder =
			typeof value === "object" &&
			value !== null &&
			"pid" in value &&
			typeof value.pid === "number" &&
			"bootId" in value &&
			typeof value.bootId === "string";
		return isHolder ? (value as LockHolder) : undefined;
	} catch {
		return undefined;
	}
}

async function unlinkIfThere(path: string): Promise<void> {
	try {
		await unlink(path);
	} catch (error) {
		if (!hasCode(error, "ENOENT")) throw error;
	}
}
