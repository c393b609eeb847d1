import { createServer } from "node:net";
import { join } from "node:path";
import { hasCode, LlorchError } from "@llorch/core";
import { acquireLock, type Lock, makeFolders } from "@llorch/run";

/** A port that is ours among all llorchs of this user, until it is released. */
export type ClaimedPort = { port: number; release(): Promise<void> };

const TRIES = 20;

/**
 * A free port for a worker, or the one that was asked for. Between our look and the worker's own bind another llorch could
 * get the same one, and a worker that lost would look healthy through the other's answers: so there is a lock for each.
 * Throws LLORCH_PORT_TAKEN.
 */
export async function claimPort(
	folder: string,
	asked?: number,
): Promise<ClaimedPort> {
	await makeFolders(folder, { mode: 0o700 });
	if (asked !== undefined) {
		// The lock first: our look would be in the way of a worker that is just about to bind.
		const lock = await tryLock(folder, asked);
		if (lock === undefined) throw taken(asked);
		try {
			await probe(asked);
		} catch (error) {
			await lock.release();
			throw error;
		}
		return { port: asked, release: lock.release };
	}
	for (let attempt = 1; ; attempt++) {
		const port = await probe(0);
		const lock = await tryLock(folder, port);
		if (lock !== undefined) return { port, release: lock.release };
		if (attempt === TRIES) throw taken(port);
	}
}

/** Binds a port for a moment, to see that it can be. 0: any free one. */
function probe(port: number): Promise<number> {
	const server = createServer();
	return new Promise((resolve, reject) => {
		server.once("error", (error) =>
			reject(
				hasCode(error, "EADDRINUSE", "EACCES") ? taken(port, error) : error,
			),
		);
		server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
			const address = server.address();
			const found = typeof address === "object" ? (address?.port ?? 0) : 0;
			server.close(() => resolve(found));
		});
	});
}

async function tryLock(
	folder: string,
	port: number,
): Promise<Lock | undefined> {
	try {
		return await acquireLock(join(folder, `${port}.lock`));
	} catch (error) {
		if (error instanceof LlorchError && error.info.code === "LLORCH_LOCKED")
			return undefined;
		throw error;
	}
}

function taken(port: number, cause?: unknown): LlorchError {
	const denied = hasCode(cause, "EACCES");
	return new LlorchError(
		"LLORCH_PORT_TAKEN",
		denied
			? `port ${port} may only be used by the system`
			: `port ${port} is in use`,
		{
			hint: "Without --port, llorch takes a free one.",
			details: { port },
		},
	);
}
