import { tool } from "./paths.ts";
import { runStep } from "./run-step.ts";

const STEPS: readonly [string, string, readonly string[]][] = [
	["types", "tsc", ["-p", "tsconfig.json"]],
	["lint and format", "biome", ["check", "--error-on-warnings", "."]],
	["arrows", "depcruise", ["--config", ".dependency-cruiser.cjs", "packages"]],
	["unused code and dependencies", "knip", []],
];

/** `pnpm run check`: everything that can be said about the code without running it. */
export async function main(): Promise<number> {
	let failed = 0;
	for (const [title, name, args] of STEPS) {
		console.log(`── ${title}`);
		if ((await runStep(tool(name), args)) !== 0) failed++;
	}
	console.log(
		failed === 0
			? "all checks passed"
			: `${failed} of ${STEPS.length} checks failed`,
	);
	return failed === 0 ? 0 : 1;
}
