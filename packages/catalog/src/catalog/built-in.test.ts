import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtInModels } from "../generated/catalog.ts";
import { gapsOf, hasDigests, sizeOf, whyUnverified } from "./gaps.ts";
import { generateCatalogModule } from "./generate.ts";

const root = join(import.meta.dirname, "../../../..");

test("the program carries catalog.toml as it stands", () => {
	const wanted = generateCatalogModule(
		readFileSync(join(root, "catalog.toml"), "utf8"),
	);
	const found = readFileSync(
		join(import.meta.dirname, "../generated/catalog.ts"),
		"utf8",
	);
	expect(found === wanted, "run pnpm run docs:gen").toBe(true);
});

test("it has the ids of the llorch-models script, at their old places, and ten more", () => {
	const [old, added] = [builtInModels.slice(0, 10), builtInModels.slice(10)];
	expect(
		old.map(({ id, dir, files }) => `${id} ${dir}/${files[0]?.place}`),
	).toEqual([
		"tinyllama tinyllama/tinyllama-1.1b-chat-v1.0.Q4_K_M.gguf",
		"qwen qwen/qwen2.5-0.5b-instruct-q4_k_m.gguf",
		"qwen-fp16 qwen/qwen2.5-0.5b-instruct-fp16.gguf",
		"phi3 phi3/Phi-3-mini-4k-instruct-q4.gguf",
		"llama3 llama3/Meta-Llama-3-8B-Instruct.Q4_K_M.gguf",
		"llama32 llama32/Llama-3.2-3B-Instruct-Q4_K_M.gguf",
		"llama2 llama2-7b/llama-2-7b.Q8_0.gguf",
		"mistral mistral/mistral-7b-instruct-v0.2.Q4_K_M.gguf",
		"gpt2 gpt2/pytorch/model.safetensors",
		"granite granite/granite-4.0-micro-Q4_K_M.gguf",
	]);
	expect(added).toHaveLength(10);
});

test("an entry with a gap says why it is unverified, and one without a gap does not", () => {
	for (const model of builtInModels)
		expect(
			{ id: model.id, unverified: model.unverified !== undefined },
			`the gaps of ${model.id}: ${gapsOf(model)}`,
		).toEqual({ id: model.id, unverified: gapsOf(model).length > 0 });
	expect(
		builtInModels.filter((model) => whyUnverified(model) === undefined),
	).toHaveLength(11);
});

test("only llama2's hash is the hub's word", () => {
	expect(
		builtInModels.filter((model) => !hasDigests(model)).map(({ id }) => id),
	).toEqual(["llama2"]);
});

test("what is no free licence has its terms by name", () => {
	const own = builtInModels.filter(({ terms }) => terms !== undefined);
	expect(own.map(({ id, license }) => `${id} ${license}`)).toEqual([
		"llama3 llama3",
		"llama32 llama3.2",
		"llama2 llama2",
		"gemma3-270m gemma",
		"gemma3-1b gemma",
		"llama32-1b llama3.2",
		"embeddinggemma gemma",
	]);
});

test("sizes add up where every file's is known", () => {
	const byId = new Map(builtInModels.map((model) => [model.id, model]));
	const size = (id: string) => {
		const model = byId.get(id);
		return model && sizeOf(model);
	};
	expect(size("tinyllama")).toBe(668788096);
	expect(size("gpt2")).toBe(548105171 + 665 + 1042301 + 456318);
	expect(size("llama3")).toBeUndefined();
});
