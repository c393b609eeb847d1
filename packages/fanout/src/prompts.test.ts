import { makeWorld } from "@llorch/testkit";
import { describe, expect, it } from "vitest";
import { makePrompt, promptText, readPrompts } from "./prompts.ts";

async function* pipe(...chunks: string[]) {
	for (const chunk of chunks) yield new TextEncoder().encode(chunk);
}

describe("readPrompts", () => {
	it("reads texts, then files, each prompt once", async () => {
		await using world = await makeWorld({
			files: { "a.txt": "from a file\n" },
		});
		const prompts = await readPrompts({
			texts: ["one", "two", "one"],
			files: ["a.txt", "-"],
			input: pipe("from ", "a pipe"),
			cwd: world.folder,
		});
		expect(prompts.map(promptText)).toEqual([
			"one",
			"two",
			"from a file\n",
			"from a pipe",
		]);
	});

	it("reads the pipe only where nothing else is said", async () => {
		const input = { [Symbol.asyncIterator]: () => expect.unreachable() };
		expect(
			await readPrompts({ texts: ["one"], files: [], input, cwd: "/" }),
		).toHaveLength(1);
		const piped = await readPrompts({
			texts: [],
			files: [],
			input: pipe("x"),
			cwd: "/",
		});
		expect(piped.map(promptText)).toEqual(["x"]);
		expect(
			await readPrompts({ texts: [], files: [], input: undefined, cwd: "/" }),
		).toEqual([]);
		const none = await readPrompts({
			texts: [],
			files: ["-"],
			input: undefined,
			cwd: "/",
		});
		expect(none.map(promptText)).toEqual([""]);
	});

	it("names a file that cannot be read", async () => {
		await expect(
			readPrompts({
				texts: [],
				files: ["nowhere.txt"],
				input: undefined,
				cwd: "/no",
			}),
		).rejects.toMatchObject({
			info: {
				code: "LLORCH_FANOUT_PROMPT_UNREADABLE",
				message: expect.stringContaining(
					"/no/nowhere.txt could not be read: ENOENT",
				),
			},
		});
	});
});

it("promptText keeps every byte, or says that it is no text", () => {
	const text = "\ufeffhé\r\n\0";
	expect(promptText(makePrompt(text))).toBe(text);
	expect(promptText(makePrompt(new Uint8Array([0xc3])))).toBeUndefined();
});
