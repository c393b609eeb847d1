import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findStrangers } from "./strangers.ts";

test("files and links that no entry knows, without hf's notes and without following links", async () => {
	const base = await mkdtemp(join(tmpdir(), "base dir "));
	onTestFinished(() => rm(base, { recursive: true }));
	await mkdir(join(base, "mine/.cache/huggingface"), { recursive: true });
	await mkdir(join(base, "empty"));
	await writeFile(join(base, "mine/.cache/huggingface/x.lock"), "");
	await writeFile(join(base, "mine/model.gguf"), "12345");
	await writeFile(join(base, "known.gguf"), "1");
	await symlink("nowhere", join(base, "link.gguf"));
	await symlink(base, join(base, "loop"));
	const found = await findStrangers(base, new Set([join(base, "known.gguf")]));
	expect(found.map(({ path, bytes }) => ({ path, bytes }))).toEqual([
		{ path: join(base, "link.gguf"), bytes: 0 },
		{ path: join(base, "loop"), bytes: 0 },
		{ path: join(base, "mine/model.gguf"), bytes: 5 },
	]);
});

test("a base folder that is not there has none", async () => {
	expect(await findStrangers("/nowhere/at/all", new Set())).toEqual([]);
});
