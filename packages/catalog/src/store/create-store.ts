import { applyRemove } from "./apply-remove.ts";
import type { StoreContext } from "./context.ts";
import { isUnusable, onCache } from "./disk.ts";
import { emitting } from "./emitting.ts";
import { ensureFile } from "./ensure-file.ts";
import { resolveLink } from "./find-file.ts";
import { foresee } from "./foresee.ts";
import { inspect, pathOf } from "./inspect.ts";
import { openLedger } from "./ledger.ts";
import { openPins } from "./pins.ts";
import { openPlaced } from "./placed.ts";
import { planRemove } from "./plan-remove.ts";
import type { Inspection, Store, StoreOptions } from "./types.ts";
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
		foreseen: new Map(),
	};
	// The cache may be reached through a link (~/.cache on another disk): paths are compared, so there must be one form of them.
	const open = async (): Promise<StoreContext> => ({
		cache: (await resolveLink(options.cache)) ?? options.cache,
		hub,
		clock,
		attempts,
		...notes,
	});
	const on = <V>(action: (context: StoreContext) => Promise<V>): Promise<V> =>
		onCache(options.cache, async () => action(await open()));
	return {
		cache: options.cache,
		ensureFile: (request, { signal }) =>
			emitting(signal, (emit, both) =>
				on((context) => ensureFile(context, request, { emit, signal: both })),
			),
		foresee: (request, { signal }) =>
			emitting(signal, (emit, both) =>
				on((context) => foresee(context, request, { emit, signal: both })),
			),
		verify: (request, { signal }) =>
			emitting(signal, (emit, both) =>
				on((context) => verify(context, request, { emit, signal: both })),
			),
		inspect: (request) =>
			on((context) => inspect(context, request)).catch(
				(error: unknown): Inspection => {
					if (!isUnusable(error)) throw error;
					return { state: "unreadable", bytes: 0, links: [], why: error.info };
				},
			),
		planRemove: (requests, { keep = [] } = {}) =>
			on((context) => planRemove(context, requests, keep)),
		applyRemove: (plan) => on((context) => applyRemove(context, plan)),
		usage: () => on(({ cache }) => measureCache(cache)),
		names: async () => {
			const placed = Object.values(await notes.placed.all());
			return [...new Set(placed.flatMap(({ by }) => by))].sort();
		},
		pathOf: (request) => on((context) => pathOf(context, request)),
	};
}
