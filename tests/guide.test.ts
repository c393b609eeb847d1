import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { quotePosix } from "@llorch/core";
import {
	llorchProgram,
	programSession,
	realTest,
	startHub,
	tinyModelCatalog,
	tinyModelRepos,
} from "@llorch/testkit";
import { makeGitWorld } from "@llorch/testkit/git";
import { expect } from "vitest";
import { root } from "../scripts/paths.ts";

type Step = { command: string; output: string };

/** The \`\`\`console blocks of a page: a line after `$ ` is run, the lines below it are what it prints. */
function stepsOf(page: string): Step[] {
	const blocks = [...page.matchAll(/```console\n([\s\S]*?)```/g)];
	return blocks.flatMap(([, block = ""]) =>
		block
			.split(/^\$ /m)
			.slice(1)
			.map((step) => {
				const [command = "", ...output] = step.split("\n");
				return { command, output: output.join("\n") };
			}),
	);
}

/** `…` stands for anything in a line; a line of its own for any lines. */
function patternOf(output: string): RegExp {
	const lines = output.split("\n").map((line) =>
		line === "…"
			? "[\\s\\S]*?"
			: line
					.split("…")
					.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
					.join("[^\\n]*"),
	);
	return new RegExp(`^${lines.join("\n")}$`);
}

for (const file of globSync("docs/guide/*.md", { cwd: root })) {
	const steps = stepsOf(readFileSync(join(root, file), "utf8"));
	if (steps.length === 0) continue;
	realTest(["llm", "llm-echo"], `${file} tells the truth`, async () => {
		await using hub = await startHub({ repos: tinyModelRepos() });
		await using world = await makeGitWorld({
			tools: ["git", "python3", "llm", "hf"],
			files: { "~/catalog.toml": tinyModelCatalog() },
		});
		// Somebody else has gone on.
		await world.publish("reference/candle", { "new.rs": "" });
		await world.record("reference/candle");
		const { file: program, args } = llorchProgram();
		await world.program(
			"llorch",
			`#!/bin/sh\nexec ${quotePosix([program, ...args])} "$@"\n`,
		);
		const sh = programSession(world, { file: "/bin/sh", args: ["-c"] });
		for (const { command, output } of steps) {
			const run = await sh([command], {
				env: {
					HF_ENDPOINT: hub.url,
					LLORCH_MODEL_CATALOG: world.path("~/catalog.toml"),
				},
			});
			expect(run.stderr + run.stdout, `$ ${command}`).toMatch(
				patternOf(output),
			);
		}
	});
}
