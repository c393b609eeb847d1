import { applyRemove } from "./apply-remove.ts";
import type { StoreContext } from "./context.ts";
import { emitting } from "./emitting.ts";
import { ensureFile } from "./ensure-file.ts";
import { resolveLink } from "./find-file.ts";
import { inspect, pathOf } from "./inspect.ts";
import { openLedger } from "./ledger.ts";
import { openPins } from "./pins.ts";
import { openPlaced } from "./placed.ts";
import { planRemove } from "./plan-remove.ts";
import type { Store, StoreOptions } from "./types.ts";
import { measureCache } from "./usage.ts";
import { verify } from "./verify.ts";

const ATTEMPTS = 5;

/** The store over one cache folder. Reads and makes nothing before it is asked for something. */
export function createStore(options: StoreOptions): Store {
	const { stateDir, hub, clock, attempts = ATTEMPTS } = options;
	const notes = {
		ledger: openLedger(stateDir, clock),
		pins: openPins(stateDir, clock),
		placed: openPlaced(stateDir, clock),
	};
	// The cache may be reached through a link (~/.cache on another disk): paths are compared, so there must be one form of them.
	const open = async (): Promise<StoreContext> => ({
		cache: (await resolveLink(options.cache)) ?? options.cache,
		hub,
		clock,
		attempts,
		...notes,
	});
	return {
		cache: options.cache,
		ensureFile: (request, { signal }) =>
			emitting(signal, async (emit, both) =>
				ensureFile(await open(), request, { emit, signal: both }),
			),
		verify: (request, { signal }) =>
			emitting(signal, async (emit, both) =>
				verify(await open(), request, { emit, signal: both }),
			),
		inspect: async (request) => inspect(await open(), request),
		planRemove: async (requests, { keep = [] } = {}) =>
			planRemove(await open(), requests, keep),
		applyRemove: async (plan) => applyRemove(await open(), plan),
		usage: async () => measureCache((await open()).cache),
		names: async () => {
			const placed = Object.values(await notes.placed.all());
			return [...new Set(placed.flatMap(({ by }) => by))].sort();
		},
		pathOf: async (request) => pathOf(await open(), request),
	};
}
