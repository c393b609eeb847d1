import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tinyModelCatalog } from "@llorch/testkit/model";
import { root } from "../paths.ts";
import { venv } from "../python-tools.ts";

const folder = join(root, ".quickstart");

/** Where the quickstart keeps what it makes. */
export const box = {
	folder,
	catalog: join(folder, "catalog.toml"),
	config: join(folder, "llorch.toml"),
	llmFolder: join(folder, "llm"),
	runs: join(folder, "runs"),
	serverLog: join(folder, "llama-server.log"),
	python: join(venv, "bin", "python"),
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

// What would lead llorch, llm or hf to other places than the embedded ones, or through a proxy, which cannot reach the loopback address.
const REDIRECTS = /^(LLORCH|LLM|HF|HUGGINGFACE|HUGGING_FACE)_|_proxy$/i;

/**
 * All of the environment the quickstart runs llorch in: its own cache, models folder and `llm` settings, beside the user's.
 * @param user what the quickstart itself was started with
 */
export function quickstartEnv(user: Environment = process.env): Environment {
	const kept = Object.entries(user).filter(([name]) => !REDIRECTS.test(name));
	return {
		...Object.fromEntries(kept),
		PATH: `${join(venv, "bin")}:${user.PATH ?? ""}`,
		HF_HOME: join(folder, "huggingface"),
		HF_HUB_CACHE: join(folder, "huggingface", "hub"),
		LLM_USER_PATH: box.llmFolder,
		LLORCH_MODEL_CATALOG: box.catalog,
		LLORCH_MODEL_BASE_DIR: join(folder, "models"),
	};
}

/** A catalog with the one model that the embedded hub has. */
export function writeCatalog(): void {
	writeFileSync(box.catalog, tinyModelCatalog());
}

/** Tells `llm` where the tiny model is served. */
export function writeModels(url: string): void {
	mkdirSync(box.llmFolder, { recursive: true });
	writeFileSync(
		join(box.llmFolder, "extra-openai-models.yaml"),
		`- model_id: tiny\n  model_name: tiny\n  api_base: ${url}\n`,
	);
	writeFileSync(
		box.config,
		`version = 1

[fanout]
models = [
  { name = "tiny", options = ["-o", "temperature", "0"] },
  { name = "tiny", options = ["-o", "temperature", "1", "-o", "seed", "7"] },
  "echo",
]
`,
	);
}
