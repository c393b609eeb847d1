import { join } from "node:path";
import { expandPath } from "@llorch/config";
import {
	type Clock,
	type CommandRunner,
	capture,
	formatRunSpec,
	succeeded,
	type Work,
} from "@llorch/core";
import { type Llm, maskLlmWords, parseLlmModel } from "@llorch/llm";
import { specOf } from "./ask.ts";
import type { FanoutFacts } from "./manifest.ts";
import { type FanoutPlan, planFanout } from "./plan.ts";
import { readPrompts } from "./prompts.ts";
import type { FanoutResult } from "./result.ts";
import { runFanout } from "./run.ts";
import { names, runName } from "./run-folder.ts";
import type { FanoutDefaults, FanoutSettings } from "./settings.ts";

/** What somebody said about a run; what is absent comes from the settings. */
export type FanoutOptions = {
	/** As `parseLlmModel` reads them; none: those of the settings. */
	models: readonly string[];
	prompts: readonly string[];
	promptFiles: readonly string[];
	words: readonly string[];
	repeat?: number | undefined;
	failFast: boolean;
	log: boolean;
} & { [K in keyof FanoutDefaults]?: FanoutDefaults[K] | undefined };

export type FanoutParts = {
	runner: CommandRunner;
	llm: Llm;
	clock: Clock;
	signal: AbortSignal;
	/** What paths are relative to. */
	cwd: string;
	/** What `~` stands for. */
	home: string;
	input: AsyncIterable<Uint8Array> | undefined;
	settings: FanoutSettings & FanoutDefaults;
	facts: Omit<FanoutFacts, "gitSha" | "llmVersion">;
};

/** What a run would do. */
export type FanoutPreview = {
	dry_run: true;
	/** Where the artifacts would go, were it started now. */
	folder: string;
	parallel: number;
	cells: readonly {
		id: string;
		label: string;
		/** The command line, ready to paste; secrets shown as `***`. */
		command: string;
	}[];
};

export type Fanout = {
	/**
	 * Decides what shall be asked, and reads the prompts.
	 * @throws what `planFanout`, `readPrompts` and `parseLlmModel` do
	 */
	plan(options: FanoutOptions): Promise<FanoutPlan>;
	/** Runs nothing. */
	preview(
		plan: FanoutPlan,
		options: { outdir?: string | undefined },
	): FanoutPreview;
	run(
		plan: FanoutPlan,
		options: { outdir?: string | undefined; raw: boolean },
	): Work<FanoutResult>;
};

export function createFanout(parts: FanoutParts): Fanout {
	const { settings, runner, signal } = parts;
	const outdirOf = (outdir = settings.outdir) =>
		expandPath(outdir, { home: parts.home, base: parts.cwd });
	return {
		async plan(options) {
			const models =
				options.models.length > 0 ? options.models : settings.models;
			return planFanout({
				models: models.map(parseLlmModel),
				prompts: await readPrompts({
					texts: options.prompts,
					files: options.promptFiles,
					input: parts.input,
					cwd: parts.cwd,
				}),
				words: options.words,
				repeat: options.repeat ?? 1,
				parallel: options.parallel ?? settings.parallel,
				timeoutMs: inMilliseconds(options.timeout ?? settings.timeout),
				retries: options.retries ?? settings.retries,
				stream: options.stream ?? settings.stream,
				failFast: options.failFast,
				log: options.log,
			});
		},
		preview(plan, { outdir }) {
			const folder = join(outdirOf(outdir), runName(parts.clock.now()));
			return {
				dry_run: true,
				folder,
				parallel: plan.parallel,
				cells: plan.cells.map((cell) => {
					const database = join(folder, names.logs, `${cell.id}-1.db`);
					const spec = specOf(cell, { plan, llm: "llm", database });
					return {
						id: cell.id,
						label: cell.label,
						command: formatRunSpec({ ...spec, args: maskLlmWords(spec.args) }),
					};
				}),
			};
		},
		async *run(plan, { outdir, raw }) {
			const [llm, gitSha] = await Promise.all([
				parts.llm.find(signal),
				readGitSha(runner, signal),
			]);
			return yield* runFanout(plan, {
				...parts,
				llm,
				outdir: outdirOf(outdir),
				raw,
				facts: { ...parts.facts, gitSha, llmVersion: llm.version },
			});
		},
	};
}

/** However short a time limit is, it is one: 0 means none. */
function inMilliseconds(seconds: number): number {
	return seconds === 0 ? 0 : Math.max(1, Math.round(seconds * 1000));
}

/** The commit that is checked out where we work, or null outside of a repository and without git. */
async function readGitSha(
	runner: CommandRunner,
	signal: AbortSignal,
): Promise<string | null> {
	try {
		const { stdout, result } = await capture(
			runner,
			{ file: "git", args: ["rev-parse", "--verify", "--quiet", "HEAD"] },
			{ signal },
		);
		return succeeded(result) ? stdout.trim() : null;
	} catch {
		return null;
	}
}
