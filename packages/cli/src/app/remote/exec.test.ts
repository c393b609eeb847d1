import { follow } from "@llorch/core";
import { createLocalRunner } from "@llorch/run";
import { expect, test } from "vitest";
import { execOn } from "./exec.ts";

test("what is collected for an envelope has an end, and so has the program", async () => {
	const runner = createLocalRunner({ env: process.env, cwd: "/" });
	const done = follow(
		execOn({ name: "mac", profile: {} } as never, {
			remote: { session: async () => ({ runner }) } as never,
			hosts: { hosts: [], fleet: false },
			// Endless, so only a limit ends it.
			spec: { file: "cat", args: ["/dev/zero"] },
			captured: true,
			input: undefined,
			terminal: undefined,
			signal: new AbortController().signal,
		}),
		() => {},
	);
	await expect(done).rejects.toMatchObject({
		info: { code: "LLORCH_REMOTE_OUTPUT_TOO_LARGE", host: "mac" },
	});
});
