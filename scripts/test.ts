import { tool } from "./paths.ts";
import { ensurePythonTools } from "./python-tools.ts";
import { runStep } from "./run-step.ts";

/** `pnpm test`: real parts first (a private Python environment), then every test, with coverage. */
export async function main(args: readonly string[]): Promise<number> {
	ensurePythonTools((line) => console.log(line));
	const chosen = args.filter((word) => word !== "--");
	return runStep(tool("vitest"), [
		"run",
		"--reporter=default",
		"--reporter=json",
		"--outputFile.json=.cache/vitest.json",
		// A part of the tests cannot reach the thresholds of the whole.
		...(chosen.length === 0 ? ["--coverage"] : chosen),
	]);
}
