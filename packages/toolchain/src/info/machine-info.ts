import {
	type CommandRunner,
	capture,
	formatRunResult,
	LlorchError,
	quotePosix,
	succeeded,
} from "@llorch/core";
import { cargoRunner } from "../cargo/runner.ts";
import type { Backend } from "../settings.ts";
import type { Surroundings } from "../surroundings.ts";

/** What one program says about this machine. */
export type Fact = {
	/** `rustc --version` */
	command: string;
	/** What it said; absent when it is not there or failed. */
	text?: string;
	/** Why it said nothing. */
	missing?: string;
};

export type MachineInfo = {
	/** Absent when no backend was asked for. */
	backend?: Backend;
	facts: Fact[];
};

const LIMIT_MS = 15_000;

const GENERAL = [
	["uname", "-a"],
	["rustc", "--version"],
	["cargo", "--version"],
];

/** The programs that know a backend's hardware. */
function programsOf(
	backend: Backend | undefined,
	platform: NodeJS.Platform,
): string[][] {
	switch (backend) {
		case undefined:
			return [];
		case "cuda":
			return [["nvcc", "--version"], ["nvidia-smi"]];
		case "metal":
			return [["sw_vers"], ["system_profiler", "SPDisplaysDataType"]];
		case "cpu":
			return platform === "darwin"
				? [["sysctl", "-n", "machdep.cpu.brand_string", "hw.ncpu"]]
				: [["lscpu"]];
	}
}

/** Asks this machine what it is. What is not there is part of the answer, and no failure. Throws the signal's reason. */
export async function describeMachine(
	surroundings: Surroundings,
	options: { backend?: Backend | undefined; signal: AbortSignal },
): Promise<MachineInfo> {
	const { backend, signal } = options;
	// rustc, too, is found where only rustup's own folder has it: cargo's runner knows that folder.
	const runner = cargoRunner(surroundings);
	const facts = await Promise.all(
		[...GENERAL, ...programsOf(backend, surroundings.platform)].map((words) =>
			ask(runner, words, signal),
		),
	);
	signal.throwIfAborted();
	return { ...(backend === undefined ? {} : { backend }), facts };
}

async function ask(
	runner: CommandRunner,
	words: readonly string[],
	signal: AbortSignal,
): Promise<Fact> {
	const [file = "", ...args] = words;
	const command = quotePosix(words);
	try {
		const run = await capture(
			runner,
			// Nothing is downloaded to answer a question.
			{ file, args, env: { RUSTUP_AUTO_INSTALL: "0" }, timeoutMs: LIMIT_MS },
			{ signal },
		);
		const text = run.stdout.trimEnd();
		if (succeeded(run.result)) return { command, text };
		const words = run.stderr.trim().split("\n")[0] ?? "";
		return {
			command,
			...(text === "" ? {} : { text }),
			missing: words === "" ? formatRunResult(run.result) : words,
		};
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof LlorchError)) throw error;
		const gone = /_NOT_FOUND$/.test(error.info.code);
		return { command, missing: gone ? "not found" : error.message };
	}
}
