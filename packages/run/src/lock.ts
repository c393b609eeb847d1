import { randomUUID } from "node:crypto";
import { type Clock, LlorchError } from "@llorch/core";
import { systemClock } from "./clock.ts";
import {
	type Claim,
	type FoundLock,
	findLock,
	type LockHolder,
	removeDeadClaims,
	removeLock,
	writeClaim,
} from "./lock-file.ts";
import {
	identifySelf,
	isGone,
	type ProcessIdentity,
} from "./process-identity.ts";

const POLL_MS = 100;
/** How often a holder says that it lives. */
export const HEARTBEAT_MS = 10_000;
// Six missed heartbeats: a machine that is merely slow, or a network that drops for half a minute, keeps its locks.
const STALE_MS = 60_000;
// Only where there are no hard links can a lock file be seen before it was written, for some milliseconds.
const UNWRITTEN_STALE_MS = 10_000;

export type Lock = AsyncDisposable & {
	/**
	 * Only when it was taken over from a dead holder: when that one last gave a sign of life, in milliseconds by the clock of the
	 * file system. It lived at most HEARTBEAT_MS longer.
	 */
	readonly lastSeen?: number;
	/** Gives the lock back. Further calls do nothing. */
	release(): Promise<void>;
};

export type LockOptions = {
	/** Ends the waiting; its reason is thrown. */
	signal?: AbortSignal;
	/** For the waits between looks, 100 ms each. Default: the system's. */
	clock?: Clock;
	/** Wait until the lock is free. Default: throw LLORCH_LOCKED when it is not. */
	wait?: boolean;
	/** Told once for each holder that is waited for; absent when the lock file does not say. */
	onWait?: (holder: LockHolder | undefined) => void;
};

/**
 * Takes the lock named by the file `path`, whose folder must exist. One process holds it at a time (and in that process one
 * caller), on every file system that can link or create a file exclusively, NFS included.
 *
 * A holder that has died is noticed at once on the same machine (by its PID and start time), so nothing ever waits after
 * a `kill -9`; one on another machine when its file has not been touched for 60 s (holders touch theirs every 10 s). Without hard links (exFAT),
 * one that is killed while it takes the lock can be in the way for 10 s.
 * A machine that sleeps for longer than that while it holds a lock on a shared disk can lose it.
 *
 * Throws LLORCH_LOCKED without `wait`, the signal's reason, and system errors as they are.
 */
export async function acquireLock(
	path: string,
	options: LockOptions = {},
): Promise<Lock> {
	const me: LockHolder = {
		version: 1,
		id: randomUUID(),
		...(await identifySelf()),
		startedAt: new Date().toISOString(),
	};
	const claim = await writeClaim(path, me);
	const { signal, clock = systemClock, wait = false, onWait } = options;
	let toldAbout: string | undefined;
	let dead: FoundLock | undefined;
	try {
		for (;;) {
			signal?.throwIfAborted();
			const { rival, ...ours } = await contend(path, me, claim);
			dead = ours.dead;
			if (rival === undefined) break;
			if (!wait) throw lockedError(path, rival.holder);
			if (toldAbout !== rival.text) onWait?.(rival.holder);
			toldAbout = rival.text;
			await clock.sleep(POLL_MS, signal);
		}
		await removeDeadClaims(
			path,
			async (holder) => (await isGone(holder, me)) === true,
		).catch(() => {});
	} catch (error) {
		// In case the lock is ours already, and only what came after has failed.
		await removeLock(path, me).catch(() => {});
		await claim.close();
		throw error;
	} finally {
		await claim.tidy();
	}
	const lock = hold(path, me, claim);
	return dead === undefined ? lock : { ...lock, lastSeen: dead.touchedAt };
}

/** Whether somebody has the lock, for who only wants to know. */
export async function isLocked(path: string): Promise<boolean> {
	const found = await findLock(path);
	if (found === undefined) return false;
	return !(await isDead(found, await identifySelf(), Date.now));
}

/** Resolves to the `rival` who is in our way. Without one the lock is ours, perhaps in the place of a `dead` one's. */
async function contend(
	path: string,
	me: LockHolder,
	claim: Claim,
): Promise<{ rival?: FoundLock; dead?: FoundLock }> {
	for (;;) {
		if (await claim.place()) return {};
		const found = await findLock(path);
		if (found === undefined) continue;
		// NFS may tell of a failure although the link was made (link(2), BUGS).
		if (found.holder?.id === me.id) return {};
		if (!(await isDead(found, me, claim.touch))) return { rival: found };
		if (await takeOver(path, found, claim)) return { dead: found };
		const taker = await findLock(takeoverPath(path));
		if (taker !== undefined) return { rival: taker };
	}
}

async function isDead(
	found: FoundLock,
	me: ProcessIdentity,
	now: () => number | Promise<number>,
): Promise<boolean> {
	const gone = found.holder && (await isGone(found.holder, me));
	if (gone !== undefined) return gone;
	const age = (await now()) - found.touchedAt;
	return age > (found.holder === undefined ? UNWRITTEN_STALE_MS : STALE_MS);
}

const takeoverPath = (path: string) => `${path}.takeover`;

/**
 * Puts our file in the place of a dead holder's, in one step. Two takers must not both do so, the second over the first one's
 * living lock: so only who holds a lock on the taking over itself may, and only after another look. That lock is one
 * like any other, so a taker that dies is taken over from in its turn. False when another taker is at it, or was before us.
 */
async function takeOver(
	path: string,
	dead: FoundLock,
	claim: Claim,
): Promise<boolean> {
	let alone: Lock;
	try {
		alone = await acquireLock(takeoverPath(path));
	} catch (error) {
		if (error instanceof LlorchError) return false;
		throw error;
	}
	try {
		const found = await findLock(path);
		if (found?.text !== dead.text) return false;
		await claim.replace();
	} finally {
		await alone.release();
	}
	return true;
}

function hold(path: string, me: LockHolder, claim: Claim): Lock {
	const heartbeat = setInterval(() => {
		claim.touch().catch(() => {});
	}, HEARTBEAT_MS);
	heartbeat.unref();
	let released: Promise<void> | undefined;
	const release = () => {
		released ??= (async () => {
			clearInterval(heartbeat);
			await removeLock(path, me);
			await claim.close();
		})();
		return released;
	};
	return { release, [Symbol.asyncDispose]: release };
}

function lockedError(
	path: string,
	holder: LockHolder | undefined,
): LlorchError {
	if (holder === undefined)
		return new LlorchError("LLORCH_LOCKED", `${path} is locked`, {
			details: { path },
			hint: "If nothing uses it any more, the lock expires within a minute.",
		});
	const { pid, host, startedAt } = holder;
	return new LlorchError(
		"LLORCH_LOCKED",
		`${path} is held by process ${pid} on ${host}, since ${startedAt}`,
		{
			hint: "Wait until it has ended, or end it; then try again.",
			details: { path, pid, host, startedAt },
		},
	);
}
