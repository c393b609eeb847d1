import { join } from "node:path";
import type { RepoInput } from "./hub/repos.ts";

const folder = join(import.meta.dirname, "..", "model");

/** The real model of 0.8 MB that this repository carries; see ../model/README.md. */
export const tinyModel = {
	/** Absolute path. */
	file: join(folder, "tiny-q8_0.gguf"),
	/** Its name in `repo`. */
	path: "tiny-q8_0.gguf",
	bytes: 849_984,
	sha256: "3841d5ea8f1cc79f28d5d43c52e41eeb8a156bfad6194c8d11affe4bee57088d",
	/** Only our own hub has this repository. */
	repo: "llorch/tiny-GGUF",
	revision: "7e57ab1e0000000000000000000000000000cafe",
	license: "CC0-1.0",
	/** What it surely answers at temperature 0: to `question`, `answer`, counted by the server as `tokens`. */
	question: "What is the capital of France?",
	answer: "The capital of France is Paris.",
	tokens: { input: 11, output: 8 },
	/** The same model in the Hugging Face layout. */
	checkpoint: join(folder, "checkpoint"),
} as const;

/** For `startHub({ repos: tinyModelRepos() })`: the model's repository, at its revision. */
export function tinyModelRepos(): Record<string, RepoInput> {
	return {
		[tinyModel.repo]: {
			revisions: [
				{
					sha: tinyModel.revision,
					files: {
						[tinyModel.path]: { path: tinyModel.file },
						"README.md": { path: join(folder, "README.md") },
						LICENSE: { path: join(folder, "LICENSE") },
					},
				},
			],
		},
	};
}

/** The program that serves it. */
export const tinyModelServeScript = join(folder, "serve.py");

/** A model catalog (for LLORCH_MODEL_CATALOG) whose one entry, `tiny`, is the tiny model. */
export function tinyModelCatalog(): string {
	const { repo, revision, license, path, bytes, sha256 } = tinyModel;
	const source = "llorch/llorch:packages/testkit/model/README.md";
	return `version = 1

[[model]]
id = "tiny"
name = "Tiny, made for this project"
kind = "chat"
repo = "${repo}"
revision = "${revision}"
license = "${license}"
parameters = "0.78M"
context = 512
sources.revision = ["${source}"]
sources.license = ["${source}"]
sources.parameters = ["${source}"]
sources.context = ["${source}"]

[[model.files]]
path = "${path}"
size = ${bytes}
sha256 = "${sha256}"
sources.size = ["${source}"]
sources.sha256 = ["${source}"]
`;
}
