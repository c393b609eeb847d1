import { setTimeout as sleep } from "node:timers/promises";

// Long enough not to be busy, short enough that nobody waits for it.
const POLL_MS = 20;
// After KILL only a process stuck in the kernel remains, or a zombie that nobody reaps: neither is worth waiting for.
const GONE_MS = 1000;

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
	while (signalGroup(group, 0)) {
		if (performance.now() >= deadline) return false;
		await sleep(POLL_MS);
	}
	return true;
}
