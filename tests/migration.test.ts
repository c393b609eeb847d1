import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCli } from "@llorch/cli/reference";
import { expect, test } from "vitest";
import { oldScripts } from "../scripts/old-scripts.ts";
import { root } from "../scripts/paths.ts";

const actions = oldScripts.flatMap((script) =>
	script.actions.map(
		(action) => [`${script.name}: ${action.old}`, action] as const,
	),
);
const tests = globSync(["packages/*/test/**/*.test.ts", "tests/**/*.test.ts"], {
	cwd: root,
})
	.map((path) => readFileSync(join(root, path), "utf8"))
	.join("\n");

test("no action is forgotten", () => {
	expect(oldScripts.map(({ name, actions }) => [name, actions.length])).toEqual(
		[
			["llorch-git", 12],
			["llorch-models", 8],
			["llorch-remote", 17],
			["download_*.sh", 10],
		],
	);
});

test.each(actions)(
	"%s has a command that parses, and a test under its name",
	(_name, { now, test: title }) => {
		for (const line of now) {
			const command = createCli().process(line.split(" "), {} as never);
			expect(line.startsWith(command.path.join(" ")), line).toBe(true);
		}
		// `row("build B")` stands for `llorch-remote build B`.
		const row = `row("${title.replace(/^llorch-remote /, "")}"`;
		const named = [`("${title}"`, `("${title}:`, row].some((text) =>
			tests.includes(text),
		);
		expect(named, `a test called ${title}`).toBe(true);
	},
);
