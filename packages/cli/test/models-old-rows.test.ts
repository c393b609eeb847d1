import { createHash } from "node:crypto";
import {
	existsSync,
	mkdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Hub, startHub } from "@llorch/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { llorch, type Session, temporaryHome } from "./session.ts";

// Every action of the old `llorch-models`, and every download script, under its old name.

/** The ids of the old script, and the folders it had them in. */
const OLD = {
	tinyllama: "tinyllama",
	qwen: "qwen",
	"qwen-fp16": "qwen",
	phi3: "phi3",
	llama3: "llama3",
	llama32: "llama32",
	llama2: "llama2-7b",
	mistral: "mistral",
	gpt2: "gpt2",
	granite: "granite",
} as const;
const ids = Object.keys(OLD) as (keyof typeof OLD)[];

let home: string;
let hub: Hub;
beforeEach(async () => {
	home = temporaryHome();
	mkdirSync(join(home, ".git"));
	hub = await startHub({
		repos: Object.fromEntries(
			ids.map((id) => [
				`org/${id}`,
				{ files: { [`${id}.gguf`]: `the bytes of ${id}` } },
			]),
		),
	});
	writeFileSync(
		join(home, "catalog.toml"),
		`version = 1\n${ids.map(entry).join("")}`,
	);
});
afterEach(async () => {
	await hub.close();
	rmSync(home, { recursive: true, force: true });
});

/** The same ids and folders as the real catalog (its own test holds it to them), with bytes that fit into a test. */
function entry(id: keyof typeof OLD): string {
	const text = `the bytes of ${id}`;
	const sha256 = createHash("sha256").update(text).digest("hex");
	return `
[[model]]
id = "${id}"
name = "Model ${id}"
dir = "${OLD[id]}"
repo = "org/${id}"
revision = "${hub.commit(`org/${id}`)}"
license = "MIT"
[[model.files]]
path = "${id}.gguf"
size = ${text.length}
sha256 = "${sha256}"
`;
}

const run = (line: string): Promise<Session> =>
	llorch(line, {
		home,
		env: { HF_ENDPOINT: hub.url, LLORCH_MODEL_CATALOG: "catalog.toml" },
	});
const at = (id: keyof typeof OLD) =>
	join(home, ".test-models", OLD[id], `${id}.gguf`);

test("llorch-models catalog", async () => {
	const { stdout, code } = await run("models catalog");
	expect(code).toBe(0);
	expect(stdout.match(/^[^\t]+/gm)).toEqual(ids);
});

test("llorch-models list", async () => {
	await run("models download qwen phi3");
	const { stdout, stderr } = await run("models list");
	expect(stdout).toMatch(/^phi3\tready\t17 B\t.*phi3\.gguf$/m);
	expect(stdout).toMatch(/^qwen\tready\t17 B\t.*qwen\.gguf$/m);
	expect(stderr).toMatch(/^34 B in all$/m);
});

test("llorch-models download M: a file that is there is said, and is no failure", async () => {
	expect((await run("models download tinyllama")).code).toBe(0);
	hub.forget();
	const again = await run("models download tinyllama");
	expect(again).toMatchObject({
		stdout: expect.stringContaining("tinyllama\tpresent\t"),
		code: 0,
	});
	expect(hub.bodies()).toEqual([]);
});

test("llorch-models download gpt2|granite", async () => {
	expect((await run("models download gpt2 granite")).code).toBe(0);
	for (const id of ["gpt2", "granite"] as const)
		expect(existsSync(at(id))).toBe(true);
});

test("llorch-models info M", async () => {
	await run("models download tinyllama");
	const { stdout, code } = await run("models info tinyllama");
	expect(code).toBe(0);
	for (const fact of ["org/tinyllama", "MIT", "tinyllama.gguf"])
		expect(stdout).toContain(fact);
});

test("llorch-models verify M: now every byte counts", async () => {
	await run("models download tinyllama");
	expect((await run("models verify tinyllama")).code).toBe(0);
	writeFileSync(at("tinyllama"), "the bytes of tinyllamb");
	expect((await run("models verify tinyllama")).code).toBe(4);
});

test("llorch-models delete M: the neighbour in the same folder stays", async () => {
	await run("models download qwen qwen-fp16");
	expect((await run("models delete qwen --force")).code).toBe(0);
	expect(existsSync(at("qwen"))).toBe(false);
	expect(readFileSync(at("qwen-fp16"), "utf8")).toBe("the bytes of qwen-fp16");
});

test("llorch-models disk-usage", async () => {
	await run("models download mistral llama3");
	const { stdout } = await run("models disk-usage");
	expect(stdout).toMatch(/^mistral\t20 B$/m);
	expect(stdout).toMatch(/^llama3\t19 B$/m);
	expect(stdout).toMatch(/^total\t39 B$/m);
});

test.each(ids)("download_%s.sh", async (id) => {
	expect((await run(`models download ${id}`)).code).toBe(0);
	// Where the scripts put it.
	expect(readFileSync(at(id), "utf8")).toBe(`the bytes of ${id}`);
	expect(hub.bodies()).toHaveLength(1);
});
