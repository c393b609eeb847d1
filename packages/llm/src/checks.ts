import {
	type Captured,
	type Check,
	type CommandRunner,
	capture,
	closest,
	type Finding,
	LlorchError,
	succeeded,
} from "@llorch/core";
import { type ExtraModels, readExtraModels } from "./extra-models.ts";
import { readLlmFailure } from "./failures.ts";
import { findLlm, type LlmInstallation } from "./installation.ts";
import type { LlmModelRef } from "./model-ref.ts";
import { llmDefaultModelSpec, llmModelsSpec, llmPluginsSpec } from "./specs.ts";

export type LlmChecksContext = {
	runner: CommandRunner;
	/** The llm models of the configuration. */
	models: readonly LlmModelRef[];
	/** OPENAI_API_KEY is set where llm runs. */
	hasOpenAiKey: boolean;
	/** How llm is installed here; undefined where it cannot be. */
	install(): Promise<Finding["fix"]>;
};

// Every call of llm costs 0.4 s of CPU, much more the first time after it was installed, and doctor starts many things at once.
const TIMEOUT_MS = 20_000;

/**
 * What doctor looks at: is llm there, what can it do, does it know our models, does it keep keys to itself. None of it is an
 * error: only fan-out needs llm.
 */
export function llmChecks(context: LlmChecksContext): Check[] {
	const { runner } = context;
	let found: Promise<LlmInstallation | LlorchError> | undefined;
	// A missing llm is one finding, not four: the other checks then have nothing to say.
	const find = (signal: AbortSignal) => {
		found ??= findLlm(runner, { signal }).catch((error) => {
			if (error instanceof LlorchError) return error;
			throw error;
		});
		return found;
	};
	const check = (
		id: string,
		title: string,
		look: (llm: LlmInstallation, signal: AbortSignal) => Promise<Finding[]>,
	): Check => ({
		id,
		title,
		timeoutMs: TIMEOUT_MS,
		async run(signal) {
			const llm = await find(signal);
			return llm instanceof LlorchError ? [] : look(llm, signal);
		},
	});
	return [
		{
			id: "llm.command",
			title: "llm",
			timeoutMs: TIMEOUT_MS,
			async run(signal) {
				const llm = await find(signal);
				return llm instanceof LlorchError
					? [await missing(context, llm, signal)]
					: [{ level: "ok", text: `llm ${llm.version} (${llm.file})` }];
			},
		},
		check("llm.plugins", "llm plugins", (llm, signal) =>
			checkPlugins(runner, llm, signal),
		),
		check("llm.models", "llm models", (llm, signal) =>
			checkModels(context, llm, signal),
		),
		check("llm.keys", "llm keys and extra models", async (llm, signal) =>
			checkExtraModels(
				await readExtraModels(runner, llm, signal),
				context.hasOpenAiKey,
			),
		),
	];
}

async function missing(
	{ runner, install }: LlmChecksContext,
	error: LlorchError,
	signal: AbortSignal,
): Promise<Finding> {
	if (error.info.code !== "LLORCH_LLM_NOT_FOUND")
		return { level: "warning", text: error.message };
	const { result } = await capture(
		runner,
		{ file: "sh", args: ["-c", "test -x ~/.local/bin/llm"] },
		{ signal },
	);
	// Then it is PATH that has to be mended: doctor's own check says how.
	if (succeeded(result))
		return {
			level: "warning",
			text: "llm is in ~/.local/bin, which is not on PATH: fan-out needs it",
		};
	const fix = await install();
	if (fix === undefined)
		return {
			level: "warning",
			text: `${error.message}, and there is no Python 3 to install it with`,
		};
	return {
		level: "warning",
		text: `${error.message}: fan-out needs it (it is installed into ~/.local/bin)`,
		fix,
	};
}

async function checkPlugins(
	runner: CommandRunner,
	llm: LlmInstallation,
	signal: AbortSignal,
): Promise<Finding[]> {
	const answer = await capture(runner, llmPluginsSpec(llm.command), { signal });
	const plugins = parse<{ name: string; version?: string }[]>(answer);
	if (plugins === undefined) return broken("llm plugins", answer);
	if (plugins.length === 0) return [{ level: "ok", text: "no llm plugins" }];
	const names = plugins.map(({ name, version }) =>
		version === undefined ? name : `${name} ${version}`,
	);
	return [{ level: "ok", text: names.join(", ") }];
}

type ListedModel = { model_id: string; aliases: readonly string[] };

async function checkModels(
	{ runner, models }: LlmChecksContext,
	llm: LlmInstallation,
	signal: AbortSignal,
): Promise<Finding[]> {
	const [listed, asked] = await Promise.all([
		capture(runner, llmModelsSpec(llm.command), { signal }),
		capture(runner, llmDefaultModelSpec(llm.command), { signal }),
	]);
	const list = parse<ListedModel[]>(listed);
	if (list === undefined) return broken("llm models list", listed);
	const names = list.flatMap(({ model_id, aliases }) => [model_id, ...aliases]);
	const findings: Finding[] = [];
	const chosen = asked.stdout.trim();
	if (chosen !== "" && !names.includes(chosen)) {
		const near = closest(chosen, names);
		findings.push({
			level: "warning",
			text: `llm's default model "${chosen}" is none that llm knows${didYouMean(near)}`,
			...(near === undefined
				? {}
				: { fix: { run: ["llm", "models", "default", near], safe: false } }),
		});
	}
	for (const { name } of models)
		if (!names.includes(name))
			findings.push({
				level: "warning",
				text: `the configured llm model "${name}" is none that llm knows${didYouMean(closest(name, names))}`,
			});
	if (findings.length > 0) return findings;
	return [
		{ level: "ok", text: `${list.length} llm models, default ${chosen}` },
	];
}

function checkExtraModels(
	extra: ExtraModels | undefined,
	hasOpenAiKey: boolean,
): Finding[] {
	// llm is started by a wrapper script: its Python, and so its own reading of the file, is out of reach.
	if (extra === undefined) return [];
	const findings: Finding[] = extra.broken.map(({ file, problem }) => ({
		level: "warning",
		text: `llm cannot read ${file}: ${problem}`,
		fix: { run: ["mv", file, `${file}.broken`], safe: false },
	}));
	for (const { id, base, keyName } of extra.models) {
		if (base === null || keyName === null || extra.keys.includes(keyName))
			continue;
		findings.push({
			level: "warning",
			text: hasOpenAiKey
				? `llm sends OPENAI_API_KEY to ${base} for the model "${id}", because no key "${keyName}" is stored`
				: `the llm model "${id}" needs the key "${keyName}", which is not stored; llm would send OPENAI_API_KEY to ${base} in its place`,
			fix: { run: ["llm", "keys", "set", keyName], safe: false },
		});
	}
	if (findings.length > 0) return findings;
	return [
		{ level: "ok", text: "no key leaves for a place it is not meant for" },
	];
}

function parse<T>({ stdout, result }: Captured): T | undefined {
	if (!succeeded(result)) return undefined;
	try {
		return JSON.parse(stdout) as T;
	} catch {
		return undefined;
	}
}

function broken(what: string, { result, stderr }: Captured): Finding[] {
	const error = readLlmFailure({ result, stderr });
	// The check of llm's files says the same, with the file's name and a fix.
	if (error.code === "LLORCH_LLM_BROKEN_CONFIG") return [];
	return [{ level: "warning", text: `${what}: ${error.message}` }];
}

function didYouMean(name: string | undefined): string {
	return name === undefined ? "" : ` (did you mean "${name}"?)`;
}
