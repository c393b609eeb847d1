import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@llorch/run";
import { expect, test } from "vitest";
import { createAsk } from "./ask.ts";

test("starts no llm whose answer it could not keep", async () => {
	const folder = mkdtempSync(join(tmpdir(), "an ask "));
	mkdirSync(join(folder, "results", "c.txt", "in the way"), {
		recursive: true,
	});
	let started = false;
	const prompt = { digest: "p", bytes: new Uint8Array([104, 105]) };
	const plan = { cells: [], prompts: [prompt], words: [], stream: true };
	const ask = createAsk({
		plan: { ...plan, timeoutMs: 0 } as never,
		runner: {
			host: "local",
			async start() {
				started = true;
				throw new Error("started");
			},
		},
		llm: "llm",
		logs: { open: async () => "logs.db" } as never,
		folder,
		clock: systemClock,
		raw: false,
	});
	const cell = {
		id: "c",
		label: "c",
		uses: [],
		input: { model: { name: "a", options: [] }, prompt: "p" },
	};
	const work = ask(cell as never, new AbortController().signal);
	await expect(work.next()).rejects.not.toThrow("started");
	expect(started).toBe(false);
	rmSync(folder, { recursive: true });
});
