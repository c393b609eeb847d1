import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Cell, hasCode } from "@llorch/core";
import { maskLlmWords } from "@llorch/llm";
import { makeFolders, writeFileAtomic } from "@llorch/run";
import { describeCell } from "./ask.ts";
import { maskCliArgs } from "./cli-args.ts";
import type { FanoutInput, FanoutPlan } from "./plan.ts";
import { type Prompt, promptText } from "./prompts.ts";

/** Where and with what a run was made. */
export type FanoutFacts = {
	/** llorch's own words, without the program. */
	cliArgs: readonly string[];
	hostname: string;
	/** `Linux 6.1.0 x64` */
	osInfo: string;
	/** The commit that was checked out, or null outside of a repository. */
	gitSha: string | null;
	/** The configuration files that counted. */
	configPaths: readonly string[];
	llorchVersion: string;
	llmVersion: string;
};

/** manifest.json: all that decided a run, so that it can be read, and gone on with, without anything else. Fields are only ever added. */
export type FanoutManifest = {
	version: 1;
	kind: "llorch-fanout";
	cli_args: string[];
	resolved_models: string[];
	/** ISO 8601, UTC. */
	timestamp: string;
	hostname: string;
	git_sha: string | null;
	config_paths_used: string[];
	llm_version: string;
	os_info: string;
	llorch_version: string;
	plan: {
		models: { label: string; name: string; options: string[] }[];
		prompts: ManifestPrompt[];
		words: string[];
		repeat: number;
		parallel: number;
		timeout_ms: number;
		retries: number;
		stream: boolean;
		fail_fast: boolean;
		log: boolean;
		cells: ReturnType<typeof describeCell>[];
	};
};

/** A prompt of text stands in the manifest, a large one or one of other bytes in a file beside it. */
export type ManifestPrompt = { digest: string; bytes: number } & (
	| { text: string }
	| { file: string }
);

const INLINE_BYTES = 64 * 1024;

/** Writes manifest.json and the prompts that stand beside it into a run's folder. */
export async function writeManifest(
	folder: string,
	plan: FanoutPlan,
	facts: FanoutFacts,
	startedAt: number,
): Promise<void> {
	const manifest: FanoutManifest = {
		version: 1,
		kind: "llorch-fanout",
		cli_args: maskCliArgs(facts.cliArgs),
		resolved_models: plan.models.map(({ label }) => label),
		timestamp: new Date(startedAt).toISOString(),
		hostname: facts.hostname,
		git_sha: facts.gitSha,
		config_paths_used: [...facts.configPaths],
		llm_version: facts.llmVersion,
		os_info: facts.osInfo,
		llorch_version: facts.llorchVersion,
		plan: {
			models: plan.models.map(({ label, name, options }) => ({
				label,
				name,
				options: maskLlmWords(options),
			})),
			prompts: await Promise.all(
				plan.prompts.map((prompt) => keepPrompt(folder, prompt)),
			),
			words: maskLlmWords(plan.words),
			repeat: plan.repeat,
			parallel: plan.parallel,
			timeout_ms: plan.timeoutMs,
			retries: plan.retries,
			stream: plan.stream,
			fail_fast: plan.failFast,
			log: plan.log,
			cells: plan.cells.map(describeCell),
		},
	};
	await writeFileAtomic(
		join(folder, "manifest.json"),
		`${JSON.stringify(manifest, undefined, "\t")}\n`,
	);
}

/** Reads a run's manifest; undefined where there is none, or none that this llorch can read. */
export async function readManifest(
	folder: string,
): Promise<FanoutManifest | undefined> {
	try {
		const manifest = JSON.parse(
			await readFile(join(folder, "manifest.json"), "utf8"),
		) as Partial<FanoutManifest> | null;
		return manifest?.kind === "llorch-fanout" && manifest.version === 1
			? (manifest as FanoutManifest)
			: undefined;
	} catch (error) {
		if (error instanceof SyntaxError || hasCode(error, "ENOENT", "ENOTDIR"))
			return undefined;
		throw error;
	}
}

/** The cells of a run as they were planned. */
export function cellsOf({ plan }: FanoutManifest): Cell<FanoutInput>[] {
	return plan.cells.map(
		({ id, label, model, options, prompt, repeat, host }) => ({
			id,
			label,
			uses: [`model:${model}`, `host:${host}`],
			input: { model: { name: model, options }, prompt, repeat, host },
		}),
	);
}

async function keepPrompt(
	folder: string,
	prompt: Prompt,
): Promise<ManifestPrompt> {
	const { digest, bytes } = prompt;
	const text = bytes.length > INLINE_BYTES ? undefined : promptText(prompt);
	if (text !== undefined) return { digest, bytes: bytes.length, text };
	const file = `prompts/${digest}`;
	await makeFolders(join(folder, "prompts"));
	await writeFile(join(folder, file), bytes, { flush: true });
	return { digest, bytes: bytes.length, file };
}
