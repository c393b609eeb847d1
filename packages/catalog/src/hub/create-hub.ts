import { openBody } from "./open-body.ts";
import { resolveFile } from "./resolve-file.ts";
import { withRetries } from "./retry.ts";
import { type HubOptions, openSession } from "./session.ts";
import type { Hub, HubCall } from "./types.ts";

/**
 * A client of one hub. Questions are tried again on their own; a body is not, because only its reader knows how far it got.
 * Nothing is connected, and undici is not loaded, before the first question.
 */
export function createHub(options: HubOptions): Hub {
	const session = openSession(options);
	const { clock, attempts, endpoint } = session;
	const ask = <V>({ signal, onRetry }: HubCall, attempt: () => Promise<V>) =>
		withRetries(attempt, { attempts, clock, signal, onRetry });
	return {
		endpoint,
		resolveFile: (ref, call) =>
			ask(call, () => resolveFile(session, ref, call.signal)),
		openBody: (file, call) => openBody(session, file, call),
		close: session.close,
	};
}
