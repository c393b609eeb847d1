import { ensureBinary, ensureBundle } from "./build.ts";
import { tool } from "./paths.ts";
import { ensurePythonTools } from "./python-tools.ts";
import { runStep } from "./run-step.ts";

/**
 * `pnpm test`: real parts first (a private Python environment, and for the whole suite what ships), then every test, with coverage.
 * Sessions of the whole suite run on the executable, which starts in a tenth of the time that the source takes; those of a part
 * run on the source, which needs no build. LLORCH_BIN chooses otherwise.
 */
export async function main(args: readonly string[]): Promise<number> {
	ensurePythonTools((line) => console.log(line));
	const chosen = args.filter((word) => word !== "--");
	const whole = chosen.length === 0;
	const program = process.env.LLORCH_BIN || (whole ? "binary" : "source");
	if (program !== "source") await ensureBundle();
	if (program === "binary" && (await ensureBinary()) !== 0) return 1;
	return runStep(
		tool("vitest"),
		[
			"run",
			"--reporter=default",
			"--reporter=json",
			"--outputFile.json=.cache/vitest.json",
			// A part of the tests cannot reach the thresholds of the whole.
			...(whole ? ["--coverage"] : chosen),
		],
		{ env: { LLORCH_BIN: program } },
	);
}
