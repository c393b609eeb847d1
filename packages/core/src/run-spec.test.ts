import { expect, test } from "vitest";
import { follow, type Work } from "./events.ts";
import {
	type Chunk,
	type CommandRunner,
	capture,
	formatRunResult,
	succeeded,
} from "./run-spec.ts";

const euro = new TextEncoder().encode("€");

function runnerOf(chunks: Chunk[], exitCode = 0): CommandRunner {
	return {
		host: "local",
		start: async () => ({
			output: (async function* () {
				yield* chunks;
			})(),
			done: Promise.resolve({ exitCode }),
		}),
	};
}

test("capture joins characters that were cut in two and keeps the streams apart", async () => {
	const runner = runnerOf(
		[
			{ stream: "out", bytes: euro.slice(0, 1) },
			{ stream: "err", bytes: new TextEncoder().encode("oops") },
			{ stream: "out", bytes: euro.slice(1) },
		],
		3,
	);
	expect(await capture(runner, { file: "x", args: [] })).toEqual({
		stdout: "€",
		stderr: "oops",
		result: { exitCode: 3 },
	});
});

test.each([
	[{ exitCode: 0 }, "exit code 0", true],
	[{ exitCode: 2 }, "exit code 2", false],
	[{ signal: "SIGKILL" }, "signal SIGKILL", false],
	[{ timedOut: true } as const, "timed out", false],
	[{ aborted: true } as const, "aborted", false],
])("%j reads %s", (result, text, ok) => {
	expect(formatRunResult(result)).toBe(text);
	expect(succeeded(result)).toBe(ok);
});

test("follow lets the work tidy up when the sink throws", async () => {
	let tidied = false;
	const work = (async function* (): Work<number> {
		try {
			yield { type: "note", level: "info", text: "one" };
			return 1;
		} finally {
			tidied = true;
		}
	})();
	const fail = () => Promise.reject(new Error("no room"));
	await expect(follow(work, fail)).rejects.toThrow("no room");
	expect(tidied).toBe(true);
});

test("follow hands over every event and the result", async () => {
	const seen: string[] = [];
	const work = (async function* (): Work<number> {
		yield { type: "note", level: "info", text: "one" };
		yield { type: "note", level: "warn", text: "two" };
		return 7;
	})();
	const result = await follow(work, (event) => {
		if (event.type === "note") seen.push(event.text);
	});
	expect({ result, seen }).toEqual({ result: 7, seen: ["one", "two"] });
});
