import { spawnSync } from "node:child_process";

export type Timed = {
	file: string;
	args: readonly string[];
	env?: Record<string, string>;
	cwd?: string;
};

/** The ratios of a run: these machines are noisy, so only pairs within one run are compared, and the median is quoted. */
export type Ratio = { median: number; min: number; max: number; pairs: number };

/** Wall-clock seconds of one run. Throws when the command fails: a fast failure is no result. */
export function seconds({ file, args, env, cwd }: Timed): number {
	const startedAt = process.hrtime.bigint();
	const run = spawnSync(file, args, {
		stdio: ["ignore", "ignore", "pipe"],
		env: { ...process.env, ...env },
		...(cwd === undefined ? {} : { cwd }),
	});
	const took = Number(process.hrtime.bigint() - startedAt) / 1e9;
	if (run.status !== 0)
		throw new Error(
			`${file} ${args.join(" ")} ended with ${run.status ?? run.signal}: ${run.stderr}`,
		);
	return took;
}

/** Runs A and B in turn (A B A B …), after one uncounted pair, and compares them pair by pair. `before` resets the world. */
export function compare(
	a: Timed | (() => number),
	b: Timed | (() => number),
	pairs: number,
): Ratio {
	const time = (side: Timed | (() => number)) =>
		typeof side === "function" ? side() : seconds(side);
	time(a);
	time(b);
	const ratios: number[] = [];
	for (let pair = 0; pair < pairs; pair++) {
		const left = time(a);
		ratios.push(left / time(b));
	}
	ratios.sort((left, right) => left - right);
	return {
		median: ratios[Math.floor(ratios.length / 2)] ?? Number.NaN,
		min: ratios[0] ?? Number.NaN,
		max: ratios.at(-1) ?? Number.NaN,
		pairs,
	};
}

/** Prints one line: what was compared, the ratio, and the bar it is held to, if any. */
export function report(title: string, ratio: Ratio, bar?: number): void {
	const { median, min, max, pairs } = ratio;
	const held =
		bar === undefined
			? "no bar"
			: `bar ${bar}: ${median <= bar ? "met" : "MISSED"}`;
	console.log(
		`${title}: ${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)}, ${pairs} pairs), ${held}`,
	);
}
