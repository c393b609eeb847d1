import {
	mkdir,
	mkdtemp,
	realpath,
	rm,
	symlink,
	utimes,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Clock, LlorchError } from "@llorch/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Model } from "../catalog/model.ts";
import { builtInModels } from "../generated/catalog.ts";
import { createStore, type Store } from "../store/index.ts";
import { modelChecks } from "./checks.ts";

const SHA = "ab".repeat(32);
const COMMIT = "12".repeat(20);
const tiny: Model = {
	id: "tiny",
	name: "Tiny",
	dir: "tiny",
	repo: "org/tiny",
	revision: COMMIT,
	sources: {},
	files: [
		{ path: "t.gguf", place: "t.gguf", size: 5, sha256: SHA, sources: {} },
	],
};
const clock: Clock = { now: () => Date.now(), sleep: async () => {} };

let root: string;
let baseDir: string;
let cache: string;
let store: Store;
beforeEach(async () => {
	root = await realpath(await mkdtemp(join(tmpdir(), "model checks ")));
	baseDir = join(root, ".test-models");
	cache = join(root, "hub");
	const hub = () => Promise.reject(new Error("no network in a check"));
	store = createStore({ cache, stateDir: join(root, "state"), hub, clock });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const find = (models: readonly Model[], used = store) => {
	const checks = modelChecks({
		read: async () => ({ models, warnings: [] }),
		open: async () => ({
			models,
			store: used,
			endpoint: "https://huggingface.co",
			baseDir,
			clock,
		}),
	});
	return async (id: string) =>
		checks.find((check) => check.id === id)?.run(new AbortController().signal);
};

async function put(path: string, text: string): Promise<string> {
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, text);
	return path;
}

test("the catalog: how many, and how many verified", async () => {
	expect(await find(builtInModels)("catalog")).toEqual([
		{ level: "ok", text: "20 models, 11 verified" },
	]);
});

test("a catalog with mistakes is an error, and the other checks have nothing to look at", async () => {
	const checks = modelChecks({
		read: async () => {
			throw new LlorchError("LLORCH_CATALOG_INVALID", "catalog.toml:1: no");
		},
		open: () => Promise.reject(new Error("must not be opened")),
	});
	const findings = await Promise.all(
		checks.map((check) => check.run(new AbortController().signal)),
	);
	expect(findings).toEqual([
		[
			{
				level: "error",
				text: "catalog.toml:1: no",
				fix: {
					run: ["llorch", "config", "show", "models", "--origin"],
					safe: true,
				},
			},
		],
		[],
		[],
	]);
});

test("a bug while reading the catalog is no finding about the catalog", async () => {
	const [check] = modelChecks({
		read: () => Promise.reject(new TypeError("a bug")),
		open: () => Promise.reject(new Error("must not be opened")),
	});
	await expect(check?.run(new AbortController().signal)).rejects.toThrow(
		"a bug",
	);
});

test("room: well, or too little for the larger models", async () => {
	const roomy = (freeBytes: number): Store => ({
		...store,
		usage: async () => ({ ...(await store.usage()), freeBytes }),
	});
	expect(await find([tiny], roomy(10e9))("model-space")).toEqual([
		{ level: "ok", text: `10.0 GB free where ${cache} is` },
	]);
	expect(await find([tiny], roomy(9e9))("model-space")).toEqual([
		{
			level: "warning",
			text: `only 9.00 GB free where ${cache} is: the larger models do not fit`,
			fix: { run: ["llorch", "models", "disk-usage"], safe: true },
		},
	]);
});

test("room that nothing can be put into", async () => {
	await put(cache, "a file in the place of the cache");
	expect(await find([tiny])("model-space")).toEqual([
		{
			level: "warning",
			text: `no model can be downloaded to ${cache}: ${cache} is not a folder`,
			fix: { run: ["llorch", "explain", "LLORCH_CACHE_UNUSABLE"], safe: true },
		},
	]);
});

test("nothing here is fine", async () => {
	expect(await find([tiny])("model-files")).toEqual([
		{ level: "ok", text: "0 models here" },
	]);
});

test("a file that nobody has hashed yet is said to be that", async () => {
	await put(join(cache, "models--org--tiny/blobs", SHA), "12345");
	expect(await find([tiny])("model-files")).toEqual([
		{ level: "ok", text: "1 model here, 1 of them never hashed" },
	]);
});

test("a link at the old place that leads nowhere any more", async () => {
	const link = join(baseDir, "tiny/t.gguf");
	await mkdir(dirname(link), { recursive: true });
	await symlink(join(cache, "models--org--tiny/blobs", SHA), link);
	expect(await find([tiny])("model-files")).toEqual([
		{
			level: "warning",
			text: `the link ${link} does not lead to tiny any more`,
			fix: { run: ["llorch", "models", "download", "tiny"], safe: false },
		},
	]);
});

test("a download that was given up more than a week ago", async () => {
	const partial = await put(
		join(cache, "models--org--tiny/blobs", `${SHA}.llorch-part`),
		"12",
	);
	const day = 24 * 3600;
	const aged = (days: number) => {
		const then = Date.now() / 1000 - days * day - 60;
		return utimes(partial, then, then);
	};
	await aged(6);
	expect(await find([tiny])("model-files")).toEqual([
		{ level: "ok", text: "1 model here" },
	]);
	await aged(9);
	expect(await find([tiny])("model-files")).toEqual([
		{
			level: "warning",
			text: "the download of tiny was begun and not gone on with for 9 days",
			fix: { run: ["llorch", "models", "download", "tiny"], safe: false },
		},
	]);
});

test("a file that was hashed and is not what it must be", async () => {
	const folder = join(cache, "models--org--tiny");
	const blob = await put(join(folder, "blobs", SHA), "wrong");
	await mkdir(join(folder, "snapshots", COMMIT), { recursive: true });
	await symlink(blob, join(folder, "snapshots", COMMIT, "t.gguf"));
	const signal = new AbortController().signal;
	const request = {
		repo: "org/tiny",
		revision: COMMIT,
		path: "t.gguf",
		size: 5,
		sha256: SHA,
	};
	const verifying = store.verify(request, { signal });
	while (!(await verifying.next()).done);
	expect(await find([tiny])("model-files")).toEqual([
		{
			level: "error",
			text: "a file of tiny is not what it must be",
			fix: { run: ["llorch", "models", "delete", "tiny"], safe: false },
		},
	]);
});
