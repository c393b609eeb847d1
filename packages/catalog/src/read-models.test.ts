import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readModels } from "./read-models.ts";

test("without a file, the built-in catalog, within its 50 milliseconds", async () => {
	// Processor time: on a busy machine the clock on the wall says nothing.
	const before = process.cpuUsage();
	const { models, warnings } = await readModels();
	const { user, system } = process.cpuUsage(before);
	expect((user + system) / 1000).toBeLessThan(50);
	expect(models).toHaveLength(20);
	expect(warnings).toEqual([]);
});

test("a file of one's own", async () => {
	const folder = await mkdtemp(join(tmpdir(), "catalog "));
	onTestFinished(() => rm(folder, { recursive: true }));
	const file = join(folder, "mine.toml");
	await expect(readModels(file, "~/mine.toml")).rejects.toMatchObject({
		info: {
			code: "LLORCH_CATALOG_MISSING",
			message: "the model catalog ~/mine.toml cannot be read",
			run: ["config", "show", "--origin"],
		},
	});
	await writeFile(
		file,
		'version = 1\n[[model]]\nid = "m"\nrepo = "o/m"\nfiles = [{ path = "m.gguf" }]\n',
	);
	const { models, warnings } = await readModels(file, "~/mine.toml");
	expect(models.map(({ id }) => id)).toEqual(["m"]);
	expect(warnings[0]).toContain("~/mine.toml:2: m is unverified");
	await writeFile(file, "version = 1\n");
	await expect(readModels(file)).rejects.toMatchObject({
		info: { code: "LLORCH_CATALOG_INVALID" },
	});
});
