import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { realPart } from "@llorch/testkit/parts";
import { binaryFile } from "../../scripts/build.ts";
import { compare, report, seconds } from "./pairs.ts";

const CALLS = 50;
const PARALLEL = 4;
const PAIRS = 3;

/** 50 calls of the real llm with its echo model, four at once, against xargs; with logs kept in both. */
export function main(): void {
	const folder = mkdtempSync(join(tmpdir(), "llorch-bench-"));
	const llm = realPart("llm");
	const env = {
		HOME: folder,
		LLM_USER_PATH: join(folder, "llm"),
		XDG_STATE_HOME: join(folder, "state"),
		PATH: [dirname(llm), process.env.PATH].join(delimiter),
	};
	const run = (script: string) => () =>
		seconds({ file: "sh", args: ["-c", script], env, cwd: folder });
	// Migrates the log database: concurrent first calls would race (and fail) in xargs.
	run(`${llm} -m echo hello`)();
	const fanout = run(
		`"${binaryFile}" fanout run -m echo --repeat ${CALLS} --parallel ${PARALLEL} -p hello --quiet >/dev/null`,
	);
	// xargs loses log rows, and ends with 123 when a call fails for that: counted out, its time is what is compared.
	const xargs = run(
		`seq ${CALLS} | xargs -P ${PARALLEL} -I N ${llm} -m echo hello >/dev/null 2>&1 || true`,
	);
	try {
		report(
			`${CALLS} llm calls, fanout / xargs -P ${PARALLEL}`,
			compare(fanout, xargs, PAIRS),
			1.05,
		);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
