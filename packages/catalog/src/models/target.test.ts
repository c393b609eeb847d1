import { LlorchError } from "@llorch/core";
import { expect, test } from "vitest";
import { builtInModels } from "../generated/catalog.ts";
import { findTarget, findTargets } from "./target.ts";

const where = { models: builtInModels, baseDir: "/repo/.test-models" };

const infoOf = (work: () => unknown) => {
	try {
		work();
	} catch (error) {
		if (error instanceof LlorchError) return error.info;
		throw error;
	}
	throw new Error("it did not fail");
};

test("an entry's file, pinned by the catalog, with its link at the old place", () => {
	expect(findTarget("qwen", where).requests).toEqual([
		{
			repo: "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
			revision: "df5bf01389a39c743ab467d734bf501681e041c5",
			path: "qwen2.5-0.5b-instruct-q4_k_m.gguf",
			size: 491400032,
			sha256:
				"74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db",
			name: "qwen",
			label: "qwen",
			links: ["/repo/.test-models/qwen/qwen2.5-0.5b-instruct-q4_k_m.gguf"],
		},
	]);
});

test("without a hash in the catalog, the first download's is pinned", () => {
	expect(findTarget("llama2", where).requests).toMatchObject([
		{ revision: "main", pin: true },
	]);
	expect(findTarget("bge-small", where).requests[0]).not.toHaveProperty("pin");
});

test("outside of any repository there are no links", () => {
	const [request] = findTarget("qwen", { models: builtInModels }).requests;
	expect(request).not.toHaveProperty("links");
});

test("a model of several files", () => {
	const { requests } = findTarget("gpt2", where);
	expect(requests.map(({ label, links }) => [label, links])).toEqual(
		["model.safetensors", "config.json", "vocab.json", "merges.txt"].map(
			(path) => [`gpt2/${path}`, [`/repo/.test-models/gpt2/pytorch/${path}`]],
		),
	);
});

test("any file on the hub", () => {
	expect(findTarget("hf:org/name/sub/m.gguf@v1", where)).toEqual({
		name: "hf:org/name/sub/m.gguf@v1",
		repo: "org/name",
		requests: [
			{
				repo: "org/name",
				revision: "v1",
				path: "sub/m.gguf",
				name: "hf:org/name/sub/m.gguf@v1",
			},
		],
	});
});

test("a name said twice counts once", () => {
	expect(
		findTargets(["qwen", "phi3", "qwen"], where).map(({ name }) => name),
	).toEqual(["qwen", "phi3"]);
});

test("an unknown id gets a did-you-mean and the way to the catalog", () => {
	expect(infoOf(() => findTargets(["qwen", "tinylama"], where))).toEqual({
		code: "LLORCH_UNKNOWN_MODEL",
		message: 'there is no model "tinylama" (did you mean "tinyllama"?)',
		run: ["models", "catalog"],
	});
	expect(infoOf(() => findTarget("zzz", where)).message).toBe(
		'there is no model "zzz"',
	);
});

test("what looks like a file on the hub is told how to be one", () => {
	expect(infoOf(() => findTarget("org/name/m.gguf", where)).hint).toBe(
		"For a file on the hub, write hf: before org/repo/path/file.",
	);
	expect(infoOf(() => findTarget("hf:org/name", where))).toMatchObject({
		code: "LLORCH_UNKNOWN_MODEL",
		message: "hf:org/name does not name a file on the hub",
	});
});
