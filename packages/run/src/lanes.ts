/** Counts what runs in which lane. Lane `*` holds every cell. */
export type Lanes = {
	enter(uses: readonly string[]): void;
	leave(uses: readonly string[]): void;
	/** True when no cell at all may be started now. */
	full(): boolean;
	blocked(): ReadonlySet<string>;
};

/** Lanes without a limit are unbounded. Throws a plain `RangeError` on a limit below 1, which would never end. */
export function createLanes(limits: Readonly<Record<string, number>>): Lanes {
	for (const [lane, limit] of Object.entries(limits)) {
		if (!(limit >= 1))
			throw new RangeError(
				`the limit of lane ${lane} must be at least 1 (got ${limit})`,
			);
	}
	const running = new Map<string, number>();
	const count = (lane: string, by: number) =>
		running.set(lane, (running.get(lane) ?? 0) + by);
	const isFull = (lane: string) =>
		(running.get(lane) ?? 0) >= (limits[lane] ?? Number.POSITIVE_INFINITY);
	return {
		enter(uses) {
			for (const lane of new Set([...uses, "*"])) count(lane, 1);
		},
		leave(uses) {
			for (const lane of new Set([...uses, "*"])) count(lane, -1);
		},
		full: () => isFull("*"),
		blocked: () => new Set(Object.keys(limits).filter(isFull)),
	};
}
