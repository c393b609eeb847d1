import type { Cell, Outcome } from "@llorch/core";

export type Plan<I> = {
	/** The first cell not handed out yet, none of whose lanes is blocked. */
	take(blockedLanes: ReadonlySet<string>): Cell<I> | undefined;
	inOrder<V>(outcomes: ReadonlyMap<string, Outcome<V>>): Outcome<V>[];
};

/** The cells of a run in the order they were planned, without those that `isDone`. Throws a plain `Error` on two cells with one id. */
export function createPlan<I>(
	cells: readonly Cell<I>[],
	isDone: (id: string) => boolean = () => false,
): Plan<I> {
	const ids = new Set(cells.map((cell) => cell.id));
	if (ids.size !== cells.length)
		throw new Error("a plan has two cells with the same id");
	const waiting = cells.filter((cell) => !isDone(cell.id));
	return {
		take(blockedLanes) {
			const index = waiting.findIndex(
				(cell) => !cell.uses.some((lane) => blockedLanes.has(lane)),
			);
			return index === -1 ? undefined : waiting.splice(index, 1)[0];
		},

		inOrder: (outcomes) => cells.flatMap((cell) => outcomes.get(cell.id) ?? []),
	};
}
