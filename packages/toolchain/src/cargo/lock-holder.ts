import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type CommandRunner, capture } from "@llorch/core";

/** The process that holds a lock of cargo's. */
export type LockHolder = { pid: number; command: string };

export type LockSearch = {
	/** What cargo waits for, in its words: `artifact directory`, `build directory`, `package cache`. */
	lock: string;
	/** Where the artifacts go: `target/release`. */
	profileFolder: string;
	cargoHome: string;
	/** For systems without /proc. */
	runner: CommandRunner;
	/** llorch's own process: its children wait for the lock and do not hold it. */
	ownPid: number;
	signal: AbortSignal;
};

/** Who holds the lock that cargo waits for; `undefined` when it cannot be found out (another container, another user). */
export async function findLockHolder(
	search: LockSearch,
): Promise<LockHolder | undefined> {
	const files = await lockFiles(search);
	if (files.length === 0) return undefined;
	const locks = await readFile("/proc/locks", "utf8").catch(() => undefined);
	if (locks === undefined) return askLsof(files, search);
	const inodes = new Set<string>();
	for (const file of files) {
		const stats = await stat(file).catch(() => undefined);
		if (stats !== undefined) inodes.add(String(stats.ino));
	}
	const pid = parseProcLocks(locks, inodes);
	return pid === undefined ? undefined : { pid, command: await commandOf(pid) };
}

/** cargo's lock files have changed their names (`.cargo-lock`, `.cargo-artifact-lock`); all begin and end alike. */
async function lockFiles(search: LockSearch): Promise<string[]> {
	const [folder, pattern] =
		search.lock === "package cache"
			? [search.cargoHome, /^\.package-cache/]
			: [search.profileFolder, /^\.cargo.*lock$/];
	const names = await readdir(folder).catch(() => []);
	return names
		.filter((name) => pattern.test(name))
		.map((name) => join(folder, name));
}

/**
 * The holder of a lock on one of these files. A line is `1: FLOCK  ADVISORY  WRITE 6858 fe:00:9980777 0 EOF`; those who wait
 * stand below with `->`. (proc_locks(5); the device numbers are the file system's own on btrfs and overlays, so they are not compared.)
 */
export function parseProcLocks(
	locks: string,
	inodes: ReadonlySet<string>,
): number | undefined {
	for (const line of locks.split("\n")) {
		const [first, , , pid, place = ""] = line
			.replace(/^\d+: /, "")
			.split(/\s+/);
		if (first === "->" || !inodes.has(place.split(":")[2] ?? "")) continue;
		// 0 or less: a process of another PID namespace.
		const number = Number(pid);
		return number > 0 ? number : undefined;
	}
	return undefined;
}

async function commandOf(pid: number): Promise<string> {
	const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
	return words.split("\0").filter(Boolean).join(" ");
}

async function askLsof(
	files: readonly string[],
	{ runner, ownPid, signal }: LockSearch,
): Promise<LockHolder | undefined> {
	try {
		const { stdout } = await capture(
			runner,
			{ file: "lsof", args: ["-F", "pRc", "--", ...files], timeoutMs: 5_000 },
			{ signal },
		);
		return parseLsof(stdout, ownPid);
	} catch {
		return undefined;
	}
}

/** The first process that has the file open and is no child of ours. (`lsof -F pRc`: lines `p<pid>`, `R<parent>`, `c<command>`.) */
export function parseLsof(
	text: string,
	ownPid: number,
): LockHolder | undefined {
	for (const block of text.split(/^(?=p\d)/m)) {
		const field = (name: string) =>
			new RegExp(`^${name}(.*)$`, "m").exec(block)?.[1] ?? "";
		const pid = Number(field("p"));
		if (pid > 0 && Number(field("R")) !== ownPid && pid !== ownPid)
			return { pid, command: field("c") };
	}
	return undefined;
}
