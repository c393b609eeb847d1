import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { createLocalRunner } from "@llorch/run";
import { findPart, makeWorld, realTest, type World } from "@llorch/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runTogether } from "./run-together.ts";

let world: World;
beforeEach(async () => {
	world = await makeWorld({ tools: ["git"] });
});
afterEach(() => world.dispose());

function door(env = world.env) {
	const { signal } = new AbortController();
	return { runner: createLocalRunner({ env, cwd: "/" }), signal };
}

const texts = (outputs: { stdout: Buffer; code: number }[]) =>
	outputs.map(({ stdout, code }) => [stdout.toString(), code]);

test("each command has its own output and end, also where the name of its folder is hostile", async () => {
	const names = [
		"it's; echo hijacked",
		"-C",
		'"$(echo hijacked)`echo hijacked`"',
		"two\nlines \\",
		"ünï 日本",
	];
	for (const name of names) await mkdir(world.path(name));
	const outputs = await runTogether(
		door(),
		names.map((name) => ({
			folder: world.path(name),
			args: ["rev-parse", "--sq-quote", name, "\\0%s"],
		})),
	);
	for (const [index, name] of names.entries())
		expect(outputs[index]).toEqual({
			stdout: Buffer.from(` '${name.replaceAll("'", "'\\''")}' '\\0%s'\n`),
			code: 0,
		});
	expect(await runTogether(door(), [])).toEqual([]);
});

test("a command that fails or is not there stops no other, and is silent", async () => {
	const { folder } = world;
	const version = ["--version"];
	const outputs = await runTogether(door(), [
		{ folder, args: ["rev-parse", "--verify", "HEAD"] },
		{ folder: join(folder, "gone"), args: ["status"] },
		{ folder, program: "no-such-program", args: version },
		{ folder, program: "printf", args: ["a\\0b"] },
	]);
	expect(texts(outputs)).toEqual([
		["", 128],
		["", 128],
		["", 127],
		["a\0b", 0],
	]);
});

test("more commands than one argument of a process can hold", async () => {
	const args = ["rev-parse", "--sq-quote", "x".repeat(1000)];
	const commands = Array.from({ length: 300 }, (_, index) => ({
		folder: world.folder,
		args: [...args, String(index)],
	}));
	const outputs = await runTogether(door(), commands);
	expect(
		outputs.map(({ stdout }) => Number(/'(\d+)'\n$/.exec(`${stdout}`)?.[1])),
	).toEqual(commands.map((_, index) => index));
});

realTest(
	["bash"],
	"git is what the runner's PATH has, whatever functions the caller's shell exports",
	async () => {
		await symlink(String(findPart("bash")), join(world.root, "bin", "sh"));
		await world.program("git", "#!/bin/sh\necho of the PATH\n");
		const env = { ...world.env, "BASH_FUNC_git%%": "() { echo hijacked; }" };
		expect(
			texts(
				await runTogether(door(env), [{ folder: world.folder, args: ["log"] }]),
			),
		).toEqual([["of the PATH\n", 0]]);
	},
);
