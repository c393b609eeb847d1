import { systemClock } from "@llorch/run";
import { expect, test } from "vitest";
import { mapAll, shareOut } from "./parallel.ts";

const { signal } = new AbortController();

test("what is nested takes no more at once than was allowed altogether", async () => {
	for (const [parallel, widths] of [
		[16, [4, 4, 4]],
		[5, [2, 20]],
		[3, [1, 7]],
		[1, [3, 3]],
	] as const) {
		let running = 0;
		let most = 0;
		const work = async (limit: number, [width, ...inner]: number[]) => {
			const options = { parallel: limit, signal, clock: systemClock };
			if (width === undefined) {
				most = Math.max(most, ++running);
				await new Promise(setImmediate);
				running--;
				return;
			}
			const inside = shareOut(options, width);
			const items = Array.from({ length: width });
			await mapAll(items, () => work(inside.parallel, inner), options);
		};
		await work(parallel, [...widths]);
		expect(most).toBeLessThanOrEqual(parallel);
		expect(most).toBeGreaterThan(parallel / 2);
	}
});
