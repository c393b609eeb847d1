import { expect, test } from "vitest";
import { follow, type Work } from "./events.ts";

test("a sink that throws ends the work, and its error is the one that is thrown, whatever tidying says", async () => {
	let tidied = false;
	async function* work(): Work<number> {
		try {
			yield { type: "note", level: "info", text: "one" };
			return 1;
		} finally {
			tidied = true;
			// biome-ignore lint/correctness/noUnsafeFinally: what this test is about -- an error while tidying
			throw new Error("tidying failed");
		}
	}
	const done = follow(work(), () => {
		throw new Error("the screen is gone");
	});
	await expect(done).rejects.toThrow("the screen is gone");
	expect(tidied).toBe(true);
});
