import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type CommandRunner, capture, type Event, redact } from "@llorch/core";
import { profileFolders } from "./profile-folders.ts";

/** The process that holds a lock of cargo's. */
export type LockHolder = { pid: number; command: string };

/** Where cargo's locks are. */
export type LockPlaces = Pick<
	LockSearch,
	"targetDirectory" | "profile" | "cargoHome" | "ownPid"
>;

export type LockSearch = {
	/** What cargo waits for, in its words: `artifact directory`, `build directory`, `package cache`. */
	lock: string;
	/** Where the artifacts go: `target`. */
	targetDirectory: string;
	/** The folder of the profile in it: `release`. */
	profile: string;
	cargoHome: string;
	/** For systems without /proc. */
	runner: CommandRunner;
	/** llorch's own process: what it started waits for one lock, perhaps with another one in hand. */
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
	for (const pid of parseProcLocks(locks, inodes))
		if (!(await descends(pid, search.ownPid)))
			return { pid, command: await commandOf(pid) };
	return undefined;
}

/** Whether a process was started by another one, through any number of others. */
async function descends(pid: number, from: number): Promise<boolean> {
	for (let each = pid; each > 1; ) {
		if (each === from) return true;
		const stat = await readFile(`/proc/${each}/stat`, "utf8").catch(() => "");
		// proc(5): `pid (name) state ppid …`; the name may hold anything.
		each = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
	}
	return false;
}

/** cargo's lock files have changed their names (`.cargo-lock`, `.cargo-artifact-lock`); all begin and end alike. */
async function lockFiles(search: LockSearch): Promise<string[]> {
	const [folders, pattern] =
		search.lock === "package cache"
			? [[search.cargoHome], /^\.package-cache/]
			: [
					await profileFolders(search.targetDirectory, search.profile),
					/^\.cargo.*lock$/,
				];
	const files = await Promise.all(
		folders.map(async (folder) => {
			const names = await readdir(folder).catch(() => []);
			return names
				.filter((name) => pattern.test(name))
				.map((name) => join(folder, name));
		}),
	);
	return files.flat();
}

/**
 * The holders of locks on these files. A line is `1: FLOCK  ADVISORY  WRITE 6858 fe:00:9980777 0 EOF`; those who wait
 * stand below with `->`. (proc_locks(5); the device numbers are the file system's own on btrfs and overlays, so they are not compared.)
 */
export function parseProcLocks(
	locks: string,
	inodes: ReadonlySet<string>,
): number[] {
	return locks.split("\n").flatMap((line) => {
		const [first, , , pid, place = ""] = line
			.replace(/^\d+: /, "")
			.split(/\s+/);
		if (first === "->" || !inodes.has(place.split(":")[2] ?? "")) return [];
		// 0 or less: a process of another PID namespace.
		return Number(pid) > 0 ? [Number(pid)] : [];
	});
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

/** A note that cargo waits, and for whom. */
export async function describeWait(search: LockSearch): Promise<Event> {
	const holder = await findLockHolder(search);
	const who =
		holder === undefined
			? "another cargo, which cannot be named from here,"
			: `process ${holder.pid}${holder.command === "" ? "" : ` (${redact(holder.command)})`}`;
	return {
		type: "note",
		level: "warn",
		text: `${who} holds cargo's lock on the ${search.lock}: waiting until it has ended`,
	};
}
