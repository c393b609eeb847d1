import { type CommandRunner, capture, succeeded } from "@llorch/core";
import type { LlmInstallation } from "./installation.ts";

/** What llm's own files say about models and keys. Keys themselves are never read out. */
export type ExtraModels = {
	/** Models of extra-openai-models.yaml. */
	models: readonly {
		id: string;
		base: string | null;
		keyName: string | null;
	}[];
	/** The names of stored keys. */
	keys: readonly string[];
	/** Files that llm cannot read; one of them makes every call fail. */
	broken: readonly { file: string; problem: string }[];
};

// llm's own Python and YAML parser, so that a file is good exactly when it is for llm.
const SCRIPT = `
import json, pathlib, sys, yaml
folder = pathlib.Path(sys.argv[1])
found = {"models": [], "keys": [], "broken": []}
def read(name, parse, take):
    file = folder / name
    try:
        if file.exists():
            take(parse(file.read_text()) or [])
    except Exception as error:
        found["broken"].append({"file": str(file), "problem": " ".join(str(error).split())})
def models(entries):
    for entry in entries:
        found["models"].append({"id": entry["model_id"], "base": entry.get("api_base"), "keyName": entry.get("api_key_name")})
        entry["model_name"]
read("extra-openai-models.yaml", yaml.safe_load, models)
read("keys.json", json.loads, lambda keys: found["keys"].extend(dict(keys)))
print(json.dumps(found))
`;

/** Reads llm's own files with llm's own Python; undefined when that is out of reach (llm is a wrapper script). */
export async function readExtraModels(
	runner: CommandRunner,
	llm: LlmInstallation,
	signal: AbortSignal,
): Promise<ExtraModels | undefined> {
	const [file, ...words] = llm.interpreter ?? [];
	if (file === undefined) return undefined;
	const { stdout, result } = await capture(
		runner,
		{ file, args: [...words, "-c", SCRIPT, llm.userDir] },
		{ signal },
	);
	return succeeded(result) ? (JSON.parse(stdout) as ExtraModels) : undefined;
}
