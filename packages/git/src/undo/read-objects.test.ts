import type { CommandRunner } from "@llorch/core";
import { expect, test } from "vitest";
import { readObjects } from "./read-objects.ts";

const OID = "0123456789abcdef0123456789abcdef01234567";

/** Answers as a git that ends after these bytes. */
function runnerSaying(text: string): CommandRunner {
	return {
		host: "local",
		start: async () => ({
			output: (async function* () {
				yield { stream: "out" as const, bytes: Buffer.from(text) };
			})(),
			done: Promise.resolve({ exitCode: 1 }),
		}),
	};
}

test("an object that breaks off is abandoned, so that its file can be closed", async () => {
	const calls: string[] = [];
	const note = (call: string) => async () => {
		calls.push(call);
	};
	const sink = {
		begin: note("begin"),
		write: note("write"),
		end: note("end"),
		abandon: note("abandon"),
	};
	const door = {
		runner: runnerSaying(`${OID} blob 10\nhalf`),
		signal: new AbortController().signal,
	};
	await expect(readObjects(door, "/", [{ oid: OID, sink }])).rejects.toThrow(
		"git cat-file ended early in /",
	);
	expect(calls).toEqual(["begin", "write", "abandon"]);
});
