import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";

/** Which process this is, so that another one can find out whether it still lives. */
export type ProcessIdentity = {
	pid: number;
	/** For people. Not trusted: names repeat, and on macOS they change with the network. */
	host: string;
	/** The machine since it was last started, and on Linux the PID namespace (a container has its own numbers). Empty: unknown. */
	bootId: string;
	/** When the process began, in the system's own words: a PID is used again, PID and start are not. Empty: unknown. */
	processStart: string;
};

/** The identity of this very process. */
export async function identifySelf(): Promise<ProcessIdentity> {
	const [bootId, seen] = await Promise.all([
		readBootId(),
		lookAtProcess(process.pid),
	]);
	return {
		pid: process.pid,
		host: hostname(),
		bootId,
		processStart: seen?.start ?? "",
	};
}

/**
 * Whether that process is gone: `true` or `false` for one of this machine since it was started, `undefined` when
 * it cannot be known from here (another machine, another container, before a restart).
 */
export async function isGone(
	other: ProcessIdentity,
	self: ProcessIdentity,
): Promise<boolean | undefined> {
	if (other.bootId === "" || other.bootId !== self.bootId) return undefined;
	const seen = await lookAtProcess(other.pid);
	if (seen === undefined || seen.zombie) return true;
	return (
		other.processStart !== "" &&
		seen.start !== "" &&
		other.processStart !== seen.start
	);
}

async function readBootId(): Promise<string> {
	try {
		if (process.platform !== "linux")
			return await run("sysctl", "-n", "kern.bootsessionuuid");
		const [boot, namespace] = await Promise.all([
			readFile("/proc/sys/kernel/random/boot_id", "utf8"),
			readlink("/proc/self/ns/pid"),
		]);
		return `${boot.trim()} ${namespace}`;
	} catch {
		return "";
	}
}

type Seen = { start: string; zombie: boolean };

/** What the system says about a process; `undefined` when there is none. */
async function lookAtProcess(pid: number): Promise<Seen | undefined> {
	if (!exists(pid)) return undefined;
	try {
		return process.platform === "linux"
			? parseProcStat(await readFile(`/proc/${pid}/stat`, "utf8"))
			: parsePs(await run("ps", "-o", "stat=,lstart=", "-p", String(pid)));
	} catch {
		// Gone since, or hidden from us (hidepid).
		return exists(pid) ? { start: "", zombie: false } : undefined;
	}
}

function exists(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

/** proc(5): `pid (name) state ppid pgrp …`; the name may hold anything, brackets too; field 22 is the start in ticks since boot. */
export function parseProcStat(stat: string): Seen & { group: number } {
	const [state = "", , group, ...rest] = stat
		.slice(stat.lastIndexOf(")") + 2)
		.split(" ");
	return {
		start: rest[16] ?? "",
		zombie: state === "Z" || state === "X",
		group: Number(group),
	};
}

/** `Ss   Sat Nov 21 07:36:11 2026` */
export function parsePs(line: string): Seen {
	const [state = "", ...start] = line.trim().split(/\s+/);
	return { start: start.join(" "), zombie: state.startsWith("Z") };
}

async function run(file: string, ...args: string[]): Promise<string> {
	const { stdout } = await promisify(execFile)(file, args, {
		// One language and one time zone, whoever asks: the answers are compared.
		env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C", TZ: "UTC" },
	});
	return stdout.trim();
}
