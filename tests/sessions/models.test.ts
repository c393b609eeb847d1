import {
	mkdir,
	readFile,
	readlink,
	stat,
	symlink,
	writeFile,
} from "node:fs/promises";
import { dirname } from "node:path";
import { quotePosix } from "@llorch/core";
import {
	CTRL_C,
	llorchProgram,
	llorchTty,
	programSession,
	readAll,
	realTest,
} from "@llorch/testkit";
import { expect, test } from "vitest";
import {
	bytesOf,
	CACHE,
	expectAbsent,
	expectReady,
	isThere,
	openModels,
	qwen,
	rangeStart,
	sha256Of,
	tinyllama,
} from "./models.fixture.ts";

const SIZE = 300_000;
const MODEL = "tinyllama-1.1b-chat-v1.0.Q4_K_M.gguf";

test("files at the old places are hashed and taken over, not fetched; other bytes there are never overwritten", async () => {
	const { hub, llorch, file } = await openModels(qwen);
	const [right, wrong] = [file("qwen"), file("qwen-fp16")];
	await mkdir(dirname(right.link), { recursive: true });
	await writeFile(right.link, await readAll(right.content));
	const mine = Buffer.alloc(SIZE, "my own fine-tune ");
	await writeFile(wrong.link, mine);

	const run = await llorch("models download qwen qwen-fp16");
	expect(run).toMatchObject({
		stdout: expect.stringMatching(
			/^qwen\tpresent\t300 kB\t.*\nqwen-fp16\tfailed\t\t.*\n$/,
		),
		code: 4,
	});
	await expectReady(right);
	expect(hub.bodies()).toEqual([]);
	expect(mine.equals(await readFile(wrong.link))).toBe(true);
	expect(await llorch("models download qwen-fp16")).toMatchObject({
		stderr: expect.stringMatching(/\(LLORCH_FILE_DIFFERS\)\n.*\bmv /),
		code: 4,
	});
	expect(mine.equals(await readFile(wrong.link))).toBe(true);

	expect(await llorch("models delete qwen-fp16 --force")).toMatchObject({
		stderr: expect.stringContaining(`kept ${wrong.link}`),
		code: 0,
	});
	expect(mine.equals(await readFile(wrong.link))).toBe(true);
});

test("a link of the user's own at the old place stays, and the file it leads to is used", async () => {
	const { hub, llorch, file, world } = await openModels(qwen);
	const model = file("qwen");
	await world.write({ "~/big disk/qwen.gguf": await readAll(model.content) });
	await mkdir(dirname(model.link), { recursive: true });
	await symlink(world.path("~/big disk/qwen.gguf"), model.link);
	expect(await llorch("models download qwen")).toMatchObject({ code: 0 });
	expect(hub.bodies()).toEqual([]);
	expect(await sha256Of(model.snapshot)).toBe(model.sha256);
	expect(await sha256Of(model.link)).toBe(model.sha256);
	const [inCache, own] = await Promise.all(
		[model.blob, world.path("~/big disk/qwen.gguf")].map((path) => stat(path)),
	);
	expect(inCache?.ino).toBe(own?.ino);
});

test("outside any repository a model lives in the cache, without a link", async () => {
	const { llorch, file, world } = await openModels(tinyllama(SIZE));
	const cwd = world.home;
	const { snapshot, link, sha256 } = file("tinyllama");
	expect(await llorch("models download tinyllama", { cwd })).toMatchObject({
		stdout: `tinyllama\tdownloaded\t300 kB\t${snapshot}\n`,
		code: 0,
	});
	expect(await sha256Of(snapshot)).toBe(sha256);
	expect(await isThere(link)).toBe(false);
	expect(await llorch("models path tinyllama", { cwd })).toMatchObject({
		stdout: `${snapshot}\n`,
		code: 0,
	});
	// Back in the repository, the link is all that is missing.
	expect(await llorch("models download tinyllama")).toMatchObject({
		stdout: `tinyllama\tpresent\t300 kB\t${link}\n`,
		code: 0,
	});
	await expectReady(file("tinyllama"));
});

test.each([
	["HF_HOME", "hugging face", "hugging face/hub"],
	["HF_HUB_CACHE", "big disk/hub", "big disk/hub"],
])(
	"%s says where the cache is, LLORCH_MODEL_BASE_DIR where the links are",
	async (name, value, hub) => {
		const { llorch, file, world } = await openModels(tinyllama(SIZE));
		const { sha256, commit, size } = file("tinyllama");
		const link = world.path("~/my models/tinyllama", MODEL);
		const run = await llorch("models download tinyllama", {
			env: {
				[name]: world.path("~", value),
				LLORCH_MODEL_BASE_DIR: world.path("~/my models"),
			},
		});
		expect(run).toMatchObject({
			stdout: `tinyllama\tdownloaded\t300 kB\t${link}\n`,
			code: 0,
		});
		const snapshot = `models--TheBloke--TinyLlama-1.1B-Chat-v1.0-GGUF/snapshots/${commit}/${MODEL}`;
		expect(await readlink(link)).toBe(world.path("~", hub, snapshot));
		expect([await sha256Of(link), await bytesOf(link)]).toEqual([sha256, size]);
		expect(await isThere(world.path(CACHE))).toBe(false);
	},
);

test("a model of several files is one name for all of them", async () => {
	const files = [
		"config.json",
		"model.safetensors",
		"sub folder/vocab.json",
	] as const;
	const { hub, llorch, file, world } = await openModels({
		repos: {
			"openai-community/gpt2": {
				files: {
					"config.json": '{"n_ctx":1024}',
					"model.safetensors": { size: SIZE },
					"sub folder/vocab.json": "{}\n",
				},
			},
		},
		entries: { gpt2: { repo: "openai-community/gpt2", files } },
	});
	expect(await llorch("models download gpt2")).toMatchObject({
		stdout: `gpt2\tdownloaded\t300 kB\t${world.path(".test-models/gpt2")}\n`,
		code: 0,
	});
	for (const path of files) await expectReady(file("gpt2", path));
	hub.forget();
	expect(await llorch("models download gpt2")).toMatchObject({ code: 0 });
	expect(hub.requests).toEqual([]);
	expect(await llorch("models path gpt2")).toMatchObject({
		stdout: `${world.path(".test-models/gpt2")}\n`,
	});
	await llorch("models delete gpt2 --force");
	expect(await world.tree(CACHE)).toEqual(["CACHEDIR.TAG"]);
	expect(await isThere(world.path(".test-models"))).toBe(false);
});

test("git does not see the folder of the links, and one of the user's own is left as it is", async () => {
	const { llorch, world, file } = await openModels(tinyllama(SIZE));
	await llorch("models download tinyllama");
	expect(await world.git("status", "--porcelain")).toBe("");
	expect(await llorch("models list")).toMatchObject({
		stdout: expect.stringMatching(/^tinyllama\t[^\n]*\n$/),
	});
	await llorch("models delete tinyllama --force");
	expect(await isThere(world.path(".test-models"))).toBe(false);

	await world.write({ ".test-models/notes.md": "mine" });
	await llorch("models download tinyllama");
	await llorch("models delete tinyllama --force");
	expect(await world.tree(".test-models")).toEqual(["notes.md"]);
	expect(await isThere(file("tinyllama").link)).toBe(false);
});

test("list shows what is here, also what no entry knows", async () => {
	const { llorch, file, world } = await openModels(tinyllama(SIZE));
	await llorch("models download tinyllama");
	await world.write({ ".test-models/mine/my own.gguf": "mine" });
	expect(await llorch("models list")).toMatchObject({
		stdout: [
			`tinyllama\tready\t300 kB\t${file("tinyllama").link}`,
			`my own.gguf\tnot in the catalog\t4 B\t${world.path(".test-models/mine/my own.gguf")}`,
			"",
		].join("\n"),
		code: 0,
	});
	const { stdout } = await llorch("models list own --json");
	expect(JSON.parse(stdout).result).toMatchObject({
		models: [],
		strangers: [
			{ path: world.path(".test-models/mine/my own.gguf"), bytes: 4 },
		],
	});
});

test("the path alone goes where $(…) reads", async () => {
	const { file, world } = await openModels(tinyllama(SIZE));
	const { file: program, args } = llorchProgram();
	await world.program(
		"llorch",
		`#!/bin/sh\nexec ${quotePosix([program, ...args])} "$@"\n`,
	);
	const sh = programSession(world, { file: "/bin/sh", args: ["-c"] });
	const run = await sh([
		'llorch models download tinyllama >/dev/null; path=$(llorch models path tinyllama --verbose) && wc -c <"$path" && printf %s "$path"',
	]);
	expect(run).toMatchObject({
		stdout: `${SIZE}\n${file("tinyllama").link}`,
		code: 0,
	});
});

realTest(
	["python3"],
	"a terminal gets a bar with bytes, rate and time; Ctrl-C says how much is kept, and the same command goes on",
	async () => {
		const size = 6_000_000;
		const { hub, file, world, llorch } = await openModels(tinyllama(size));
		const model = file("tinyllama");
		const slow = hub.fault({ bytesPerSecond: size / 3 });
		const run = llorchTty(world, "models download tinyllama", {
			columns: 120,
			stdout: "pipe",
		});
		await run.waitFor(
			/tinyllama +\[=+ *\] +\d+ % +1\.\d\d MB \/ 6\.00 MB +\d\.\d\d MB\/s +\d\.\d s left/,
		);
		await hub.waitFor(({ bytesSent }) => bytesSent > 1_500_000);
		run.send(CTRL_C);
		const stopped = await run.done;
		expect(stopped).toMatchObject({ stdout: "", code: 130, restored: true });
		expect(stopped.text).toMatch(
			/kept \d\.\d\d MB of tinyllama; the same command goes on from there\n✗ interrupted\n$/,
		);
		const kept = await bytesOf(model.partial);
		expect(kept).toBeGreaterThan(0);
		await expectAbsent(model);

		slow();
		hub.forget();
		const next = await llorch("models download tinyllama");
		expect(next).toMatchObject({ code: 0 });
		expect(next.stderr).not.toContain("\x1b");
		expect(hub.bodies().map(rangeStart)).toEqual([kept]);
		await expectReady(model);
	},
);
