import { readdir, readFile } from "node:fs/promises";

export type FoundProcess = { pid: number; command: string };

/** Processes whose environment has this variable. Linux only, from /proc; a zombie has no environment and does not count. */
export async function processesWith(
	name: string,
	value: string,
): Promise<FoundProcess[]> {
	if (process.platform !== "linux") return [];
	const found = await Promise.all(
		(await readdir("/proc"))
			.filter((entry) => /^\d+$/.test(entry))
			.map((entry) => look(Number(entry), `${name}=${value}`)),
	);
	return found.filter((process) => process !== undefined);
}

async function look(
	pid: number,
	setting: string,
): Promise<FoundProcess | undefined> {
	try {
		const environment = await readFile(`/proc/${pid}/environ`, "latin1");
		if (!environment.split("\0").includes(setting)) return undefined;
		const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
		return { pid, command: command.split("\0").join(" ").trim() };
	} catch {
		// It ended while we looked, or belongs to someone else.
		return undefined;
	}
}
