import type { RunSpec } from "@llorch/core";
import type { LlmModelRef } from "./model-ref.ts";

/** One call of `llm prompt`. */
export type LlmPrompt = {
	/** The program: `llm`, or a path. */
	file: string;
	model: LlmModelRef;
	/** Words for llm, verbatim; see `refuseOwnedWords`. A prompt may stand in them. */
	words: readonly string[];
	/** What llm reads from stdin: the prompt, put before one in the words. Absent: nothing, or given when it is started. */
	stdin?: string;
	/** The file that this call alone logs to. */
	database: string;
	stream: boolean;
	/** Milliseconds. */
	timeoutMs?: number;
	cwd?: string;
};

/**
 * The command line of one call. The subcommand is spelled out, because llm's default subcommand loses `--`; `--log`
 * makes llm write the row we read usage and finish reason from, also where the user has logging off.
 */
export function llmPromptSpec(prompt: LlmPrompt): RunSpec {
	const own = [
		"prompt",
		"-m",
		prompt.model.name,
		...prompt.model.options,
		...(prompt.stream ? [] : ["--no-stream"]),
		"--log",
		"-d",
		prompt.database,
	];
	return {
		file: prompt.file,
		args: [...own, ...prompt.words],
		...(prompt.words.length === 0
			? {}
			: { privateArgs: prompt.words.map((_, index) => own.length + index) }),
		// Without it Python decodes the prompt and encodes the answer in the locale's encoding, which may be Latin-1.
		env: { PYTHONIOENCODING: "utf-8" },
		...(prompt.stdin === undefined ? {} : { stdin: prompt.stdin }),
		...(prompt.timeoutMs === undefined ? {} : { timeoutMs: prompt.timeoutMs }),
		...(prompt.cwd === undefined ? {} : { cwd: prompt.cwd }),
	};
}

/** Prints every model as JSON: `model_id`, `aliases`, `can_stream`, … */
export function llmModelsSpec(file: string): RunSpec {
	return { file, args: ["models", "list", "--json"] };
}

/** Prints the model that llm uses when none is named. */
export function llmDefaultModelSpec(file: string): RunSpec {
	return { file, args: ["models", "default"] };
}

/** Prints the installed plugins as JSON: `name`, `version`, `hooks`. */
export function llmPluginsSpec(file: string): RunSpec {
	return { file, args: ["plugins"] };
}

/**
 * Makes llm create its log database or bring it up to date, and prints the stored fragments. (`llm logs status` leaves
 * a missing database missing; this is the cheapest command of llm 0.36 that does not.)
 */
export function llmMigrateSpec(file: string): RunSpec {
	return { file, args: ["fragments", "list"] };
}
