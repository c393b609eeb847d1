import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseProcStat } from "./process-identity.ts";

// Long enough not to be busy, short enough that nobody waits for it.
const POLL_MS = 20;
// After KILL only a process stuck in the kernel remains, or a zombie that nobody reaps: neither is worth waiting for.
const GONE_MS = 1000;
// Reading all of /proc costs some milliseconds, and a group that ends as it should is gone before.
const LOOKS_BEFORE_ZOMBIES = 10;

/** Sends a signal to every process of a group. False when the group is gone. */
export function signalGroup(
	group: number,
	signal: NodeJS.Signals | 0,
): boolean {
	try {
		process.kill(-group, signal);
		return true;
	} catch {
		// ESRCH: gone. EPERM: only zombies (macOS) or other users' processes are left, and neither can be signalled.
		return false;
	}
}

/** Ends a whole group: TERM, then KILL for what is left after `killAfterMs`. Resolves when the group is gone. */
export async function endGroup(
	group: number,
	killAfterMs: number,
): Promise<void> {
	if (!signalGroup(group, "SIGTERM")) return;
	// A stopped process sees TERM only once it runs again.
	signalGroup(group, "SIGCONT");
	if (await isGoneWithin(group, killAfterMs)) return;
	signalGroup(group, "SIGKILL");
	await isGoneWithin(group, GONE_MS);
}

async function isGoneWithin(group: number, ms: number): Promise<boolean> {
	const deadline = performance.now() + ms;
	for (let looks = 1; signalGroup(group, 0); looks++) {
		if (performance.now() >= deadline) return false;
		if (looks % LOOKS_BEFORE_ZOMBIES === 0 && (await isOnlyZombies(group)))
			return true;
		await sleep(POLL_MS);
	}
	return true;
}

/**
 * In a container whose first process reaps nobody, ended orphans stay in their group for ever. Only Linux tells (and a
 * signal is no question: a zombie takes it without complaint); elsewhere the answer is no.
 */
async function isOnlyZombies(group: number): Promise<boolean> {
	if (process.platform !== "linux") return false;
	for (const pid of await readdir("/proc")) {
		if (!/^\d+$/.test(pid)) continue;
		const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
		const seen = parseProcStat(stat);
		if (seen.group === group && !seen.zombie) return false;
	}
	return true;
}
