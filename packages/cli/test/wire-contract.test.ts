import { rmSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { createCli } from "../src/run.ts";
import { llorch, type SessionOptions, temporaryHome } from "./session.ts";

/**
 * Every command, run locally and through a wire, must print the same bytes, end with the same code and ask the same
 * questions. A new command needs a line here; the list is held against the commands below.
 */
const LINES: readonly { line: string; options?: SessionOptions }[] = [
	{ line: "completion zsh" },
	{ line: "config init" },
	{ line: "config path" },
	{ line: "config show --origin" },
	{ line: "config validate" },
	{ line: "explain LLORCH_USAGE" },
	{ line: "explain NO_SUCH_CODE" },
];

test.each(
	LINES.flatMap(({ line, options }) =>
		["", " --json", " --quiet"].map((flag) => ({ line: line + flag, options })),
	),
)("over a wire as here: $line", async ({ line, options }) => {
	const run = async (wire: boolean) => {
		const home = temporaryHome();
		onTestFinished(() => rmSync(home, { recursive: true, force: true }));
		const session = await llorch(line, { ...options, home, wire });
		return JSON.parse(
			JSON.stringify(session).replaceAll(home, "HOME"),
		) as typeof session;
	};
	expect(await run(true)).toEqual(await run(false));
});

test("every command has a line above", () => {
	const covered = LINES.map(({ line }) => `llorch ${line} `);
	const missing = createCli()
		.definitions()
		.map(({ path }) => path)
		.filter((path) => !covered.some((line) => line.startsWith(`${path} `)));
	expect(missing).toEqual([]);
});
