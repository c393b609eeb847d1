import {
	type CommandRunner,
	type ErrorInfo,
	type Finding,
	formatRunResult,
	LlorchError,
	quotePosix,
	succeeded,
	toErrorInfo,
	type Work,
} from "@llorch/core";
import type { Diagnosis, Doctor, FixReport } from "./diagnosis.ts";

export type FixOptions = {
	doctor: Doctor;
	runner: CommandRunner;
	/** The words that start llorch, for the fixes that are its own commands. */
	self: readonly string[];
	/** Only say what would be run. */
	dryRun: boolean;
	signal: AbortSignal;
};

/**
 * Runs every fix that is safe, one after the other, each command once, and looks again afterwards. A fix that fails is part
 * of the answer; the others are run all the same. Throws the signal's reason.
 */
export async function* fixSafely(
	diagnosis: Diagnosis,
	options: FixOptions,
): Work<Diagnosis> {
	const { doctor, dryRun, signal } = options;
	const planned = planFixes(diagnosis);
	if (dryRun)
		return {
			...diagnosis,
			fixes: planned.map((fix) => ({ ...fix, status: "planned" })),
		};
	const fixes: FixReport[] = [];
	for (const fix of planned) {
		const error = yield* runFix(fix.run, options);
		signal.throwIfAborted();
		fixes.push(
			error === undefined
				? { ...fix, status: "done" }
				: { ...fix, status: "failed", error },
		);
	}
	if (fixes.length === 0) return { ...diagnosis, fixes };
	return { ...(yield* doctor.diagnose({ signal })), fixes };
}

/** The safe fixes of what is wrong. Several findings may have the same one. */
function planFixes({ checks }: Diagnosis): Omit<FixReport, "status">[] {
	const seen = new Set<string>();
	return checks.flatMap(({ id, findings }) =>
		findings.flatMap(({ level, fix }: Finding) => {
			if (level === "ok" || fix === undefined || !fix.safe) return [];
			const line = quotePosix(fix.run);
			if (seen.has(line)) return [];
			seen.add(line);
			return [{ check: id, run: fix.run }];
		}),
	);
}

/** Runs one fix, its output shown as it comes. Returns why it failed. */
async function* runFix(
	run: readonly string[],
	{ runner, self, signal }: FixOptions,
): Work<ErrorInfo | undefined> {
	const line = quotePosix(run);
	yield { type: "note", level: "info", text: `$ ${line}` };
	const words = run[0] === "llorch" ? [...self, ...run.slice(1)] : run;
	const [file = "", ...args] = words;
	try {
		const running = await runner.start({ file, args }, { signal });
		for await (const { bytes } of running.output)
			yield { type: "output", stream: "err", bytes };
		const result = await running.done;
		if (succeeded(result)) return undefined;
		return new LlorchError(
			"LLORCH_FIX_FAILED",
			`${line} ended with ${formatRunResult(result)}`,
		).info;
	} catch (error) {
		signal.throwIfAborted();
		return toErrorInfo(error);
	}
}
