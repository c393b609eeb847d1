import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LlorchError } from "@llorch/core";

/** What one call is asked, as bytes: llm may be told to read an image from stdin (`-a -`). */
export type Prompt = {
	/** SHA-256 of the bytes, in hex: the prompt's name in plans and rows. */
	digest: string;
	bytes: Uint8Array;
};

/** Where prompts come from. Every entry of `texts` and `files` is one prompt. */
export type PromptSources = {
	texts: readonly string[];
	/** Paths, relative to `cwd`; `-` is stdin. */
	files: readonly string[];
	/** Piped input; read when neither a text nor a file is given, or a file is `-`. */
	input: AsyncIterable<Uint8Array> | undefined;
	cwd: string;
};

/** A prompt of these bytes. */
export function makePrompt(content: string | Uint8Array): Prompt {
	const bytes =
		typeof content === "string" ? new TextEncoder().encode(content) : content;
	return { bytes, digest: createHash("sha256").update(bytes).digest("hex") };
}

/**
 * Reads the prompts of a run, each once: texts first, then files, then piped input.
 * @throws LLORCH_FANOUT_PROMPT_UNREADABLE
 */
export async function readPrompts(sources: PromptSources): Promise<Prompt[]> {
	const prompts = sources.texts.map(makePrompt);
	for (const file of sources.files)
		prompts.push(
			makePrompt(
				file === "-"
					? await readInput(sources.input)
					: await readPromptFile(resolve(sources.cwd, file)),
			),
		);
	if (prompts.length === 0 && sources.input !== undefined)
		prompts.push(makePrompt(await readInput(sources.input)));
	return distinct(prompts);
}

/** The prompt as text, or undefined when it is none (not UTF-8). */
export function promptText({ bytes }: Prompt): string | undefined {
	try {
		// ignoreBOM keeps a byte order mark, so that the text is the same bytes again.
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
			bytes,
		);
	} catch {
		return undefined;
	}
}

async function readInput(
	input: AsyncIterable<Uint8Array> | undefined,
): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of input ?? []) chunks.push(chunk);
	return Buffer.concat(chunks);
}

async function readPromptFile(path: string): Promise<Uint8Array> {
	try {
		return await readFile(path);
	} catch (error) {
		throw new LlorchError(
			"LLORCH_FANOUT_PROMPT_UNREADABLE",
			`the prompt file ${path} could not be read: ${error instanceof Error ? error.message : error}`,
			{ cause: error, details: { path } },
		);
	}
}

function distinct(prompts: readonly Prompt[]): Prompt[] {
	return [
		...new Map(prompts.map((prompt) => [prompt.digest, prompt])).values(),
	];
}
