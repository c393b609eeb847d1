import type { CommandRunner, RunSpec } from "@llorch/core";
import { expect, test } from "vitest";
import { observeRunner } from "./observe-runner.ts";

test("observeRunner tells each spec before it is started, and changes nothing", async () => {
	const said: string[] = [];
	const running = {
		output: (async function* () {})(),
		done: new Promise<never>(() => {}),
	};
	const signal = new AbortController().signal;
	const runner: CommandRunner = {
		host: "mac",
		async start(spec, options) {
			said.push(`start ${spec.file}`);
			expect(options).toEqual({ signal });
			return running;
		},
	};
	const observed = observeRunner(runner, (spec: RunSpec) => {
		said.push(`told ${spec.file}`);
	});
	expect(observed.host).toBe("mac");
	expect(await observed.start({ file: "git", args: [] }, { signal })).toBe(
		running,
	);
	expect(said).toEqual(["told git", "start git"]);
});
