import type { Backlog, Cell, Outcome } from "@llorch/core";
import { createPlan } from "./plan.ts";

export type MemoryBacklog<I, V> = Backlog<I, V> & {
	/** The rows settled so far, in plan order. */
	outcomes(): Outcome<V>[];
};

/** A backlog that lives as long as the process: for doctor's checks, several hosts, several downloads. Throws on two cells with one id. */
export function memoryBacklog<I, V>(
	cells: readonly Cell<I>[],
): MemoryBacklog<I, V> {
	const plan = createPlan(cells);
	const settled = new Map<string, Outcome<V>>();
	return {
		take: async (blockedLanes) => plan.take(blockedLanes),
		settle: async (outcome) => {
			settled.set(outcome.id, outcome);
		},
		outcomes: () => plan.inOrder(settled),
	};
}
