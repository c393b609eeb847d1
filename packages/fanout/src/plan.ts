import { type Cell, LlorchError } from "@llorch/core";
import {
	distinctLlmModels,
	inspectLlmWords,
	type LlmInstallation,
	type LlmModelRef,
	labelLlmModels,
	maskLlmWords,
	refuseOwnedWords,
} from "@llorch/llm";
import { cellId } from "@llorch/run";
import { makePrompt, type Prompt, promptText } from "./prompts.ts";

/** What somebody wants to know from whom. */
export type FanoutRequest = {
	models: readonly LlmModelRef[];
	prompts: readonly Prompt[];
	/** For llm, verbatim; a prompt may stand in them. */
	words: readonly string[];
	/** How often every model is asked the same; from 1. */
	repeat: number;
	/** Calls at once; from 1. */
	parallel: number;
	/** Milliseconds one call may take; 0: no limit. */
	timeoutMs: number;
	/** Further attempts of a call that failed for a passing reason. */
	retries: number;
	stream: boolean;
	/** The first failure ends the run. */
	failFast: boolean;
	/** Whether the calls show up in `llm logs`. They do not where the user turned that off (`llm logs off`), unless a word is `--log`. */
	log: boolean;
};

/** One call. */
export type FanoutInput = {
	model: LlmModelRef;
	/** The prompt's digest. */
	prompt: string;
	/** From 1. */
	repeat: number;
	/** Where it was asked to run. */
	host: string;
};

/** All calls of a run with all that decides them: nothing is looked up again later. */
export type FanoutPlan = Omit<FanoutRequest, "models"> & {
	models: readonly (LlmModelRef & { label: string })[];
	cells: readonly Cell<FanoutInput>[];
};

/** Until fan-out places calls on other hosts. */
const HOST = "local";

/**
 * Decides what a request means: models × prompts × repetitions, in this order of nesting. Pure.
 * @throws LLORCH_FANOUT_NO_MODELS, LLORCH_FANOUT_NO_PROMPT, LLORCH_FANOUT_PROMPT_UNREADABLE, LLORCH_LLM_WORD_OWNED
 */
export function planFanout(request: FanoutRequest): FanoutPlan {
	const { words } = request;
	if (request.models.length === 0)
		throw new LlorchError("LLORCH_FANOUT_NO_MODELS", "no llm model was named", {
			hint: "Name one or more with -m MODEL, or list them under [fanout] models in .llorch.toml. llm models shows what llm knows.",
			run: ["fanout", "run", "--help"],
		});
	refuseOwnedWords(words, 'after "--"');
	const prompts = checkPrompts(request);
	const distinct = distinctLlmModels(request.models);
	const labels = labelLlmModels(distinct);
	const models = distinct.map((model, index) => ({
		...model,
		label: labels[index] ?? model.name,
	}));
	const cells = models.flatMap((model) =>
		prompts.flatMap((prompt, index) =>
			Array.from({ length: request.repeat }, (_, time) =>
				makeCell(request, {
					model,
					prompt: prompt.digest,
					repeat: time + 1,
					label: [
						model.label,
						...(prompts.length > 1 ? [`p${index + 1}`] : []),
						...(request.repeat > 1 ? [`#${time + 1}`] : []),
					].join(" "),
				}),
			),
		),
	);
	return { ...request, prompts, models, cells };
}

/** Whether the calls of a plan shall show up in `llm logs`. */
export function shallLog(
	{ log, words }: Pick<FanoutPlan, "log" | "words">,
	llm: LlmInstallation,
): boolean {
	return log && (llm.logging || inspectLlmWords(words).asksToLog);
}

function makeCell(
	{ words }: FanoutRequest,
	asked: { model: LlmModelRef; prompt: string; repeat: number; label: string },
): Cell<FanoutInput> {
	const { name, options } = asked.model;
	const { prompt, repeat } = asked;
	return {
		id: cellId({
			kind: "fanout",
			model: name,
			options: maskLlmWords(options),
			words: maskLlmWords(words),
			prompt,
			repeat,
			host: HOST,
		}),
		label: asked.label,
		uses: [`model:${name}`, `host:${HOST}`],
		input: { model: { name, options }, prompt, repeat, host: HOST },
	};
}

function checkPrompts({ prompts, words }: FanoutRequest): readonly Prompt[] {
	const effect = inspectLlmWords(words);
	const full = prompts.filter(({ bytes }) => bytes.length > 0);
	if (full.length === 0 || full.length < prompts.length) {
		// llm would ask the model an empty question, and the model would answer it.
		if (!effect.hasPrompt && !effect.hasInput)
			throw new LlorchError(
				"LLORCH_FANOUT_NO_PROMPT",
				full.length === 0
					? "there is no prompt"
					: "one of the prompts is empty",
				{
					hint: 'Give one with -p "…", with --prompt-file FILE, through a pipe, or after "--" as llm takes it.',
					run: ["fanout", "run", "--help"],
				},
			);
	}
	if (!effect.readsStdin)
		for (const prompt of prompts)
			if (promptText(prompt) === undefined)
				throw new LlorchError(
					"LLORCH_FANOUT_PROMPT_UNREADABLE",
					"a prompt is not text in UTF-8",
					{ hint: 'To hand llm a file of another kind, say -- -a FILE "…".' },
				);
	return prompts.length === 0 ? [makePrompt("")] : prompts;
}
