import { createLocalRunner } from "@llorch/run";
import { makeWorld, realTest, type World } from "@llorch/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findLlm } from "./installation.ts";

let world: World;
beforeEach(async () => {
	world = await makeWorld();
});
afterEach(() => world.dispose());

const find = (
	env: Record<string, string | undefined> = {},
	command?: string,
) => {
	const runner = createLocalRunner({
		env: { ...world.env, ...env },
		cwd: world.folder,
	});
	return findLlm(runner, command === undefined ? {} : { command });
};

const WRAPPER = `#!/bin/sh
case $1 in
--version) echo "llm, version 0.36" ;;
logs) echo "/over there/logs.db" ;;
esac
`;

describe("findLlm", () => {
	realTest(
		["llm"],
		"finds the real llm, its Python and its folder without starting it",
		async () => {
			const llm = await find();
			expect(llm).toEqual({
				command: "llm",
				file: expect.stringMatching(/\/llm$/),
				interpreter: [expect.stringMatching(/python/)],
				version: expect.stringMatching(/^\d+\.\d+/),
				userDir: world.path("~/.config/io.datasette.llm"),
				database: world.path("~/.config/io.datasette.llm/logs.db"),
				logging: true,
			});
			expect(await world.tree("~")).not.toContain(".config/");
		},
	);

	realTest(
		["llm"],
		"sees that logging is off, and the folder of a home without XDG",
		async () => {
			await world.write({ "~/.config/io.datasette.llm/logs-off": "" });
			expect(
				await find({ LLM_USER_PATH: undefined, XDG_CONFIG_HOME: undefined }),
			).toMatchObject({
				userDir: world.path("~/.config/io.datasette.llm"),
				logging: false,
			});
		},
	);

	realTest(["llm"], "makes a relative LLM_USER_PATH absolute", async () => {
		expect((await find({ LLM_USER_PATH: "here" })).userDir).toBe(
			world.path("here"),
		);
	});

	it("asks a wrapper script where its folder is", async () => {
		await world.program("llm", WRAPPER);
		expect(await find()).toEqual({
			command: "llm",
			file: expect.stringMatching(/\/llm$/),
			version: "0.36",
			userDir: "/over there",
			database: "/over there/logs.db",
			logging: true,
		});
	});

	it("names what it did not find", async () => {
		await expect(find({}, "no such llm")).rejects.toMatchObject({
			info: {
				code: "LLORCH_LLM_NOT_FOUND",
				message: "no such llm was not found on this machine",
				run: ["dev", "doctor"],
			},
		});
	});

	it("throws the signal's reason", async () => {
		const runner = createLocalRunner({ env: world.env, cwd: world.folder });
		await expect(
			findLlm(runner, { signal: AbortSignal.abort(new Error("enough")) }),
		).rejects.toThrow("enough");
	});
});
