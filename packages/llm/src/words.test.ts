import { LlorchError } from "@llorch/core";
import { describe, expect, it } from "vitest";
import {
	inspectLlmWords,
	maskLlmWords,
	readLlmWords,
	refuseOwnedWords,
} from "./words.ts";

describe("readLlmWords", () => {
	it.each([
		{
			words: ["-s", "-m", "hello"],
			options: [["system", "-s", "-m"]],
			prompts: ["hello"],
		},
		{
			words: ["-o", "temperature", "0.2", "hi"],
			options: [["option", "-o", "temperature", "0.2"]],
			prompts: ["hi"],
		},
		{
			words: ["-un", "hi"],
			options: [
				["usage", "-u"],
				["no-log", "-n"],
			],
			prompts: ["hi"],
		},
		{
			words: ["-xsbe brief"],
			options: [
				["extract", "-x"],
				["system", "-s", "be brief"],
			],
			prompts: [],
		},
		{
			words: ["-otemperature", "0.2"],
			options: [["option", "-o", "temperature", "0.2"]],
			prompts: [],
		},
		{
			words: ["--system=a=b"],
			options: [["system", "--system", "a=b"]],
			prompts: [],
		},
		{
			words: ["--new-flag", "hi"],
			options: [["--new-flag", "--new-flag"]],
			prompts: ["hi"],
		},
		{ words: ["-Z", "hi"], options: [["-Z", "-Z"]], prompts: ["hi"] },
		{ words: ["--", "-m", "x"], options: [], prompts: ["-m", "x"] },
		{ words: ["-"], options: [], prompts: ["-"] },
		{ words: ["hi", "-s"], options: [["system", "-s"]], prompts: ["hi"] },
		{
			words: ["--option=stop", "x", "hi"],
			options: [["option", "--option", "stop", "x"]],
			prompts: ["hi"],
		},
	])("tells $words apart", ({ words, options, prompts }) => {
		const read = readLlmWords(words);
		expect(
			read.options.map(({ name, spelling, values }) => [
				name,
				spelling,
				...values,
			]),
		).toEqual(options);
		expect(read.prompts).toEqual(prompts);
	});
});

describe("refuseOwnedWords", () => {
	it.each([
		["-m", "x"],
		["-mx"],
		["-m=x"],
		["--model=x"],
		["--model", "x"],
		["-model"],
		["-q", "4o"],
		["-d", "x.db"],
		["--database=x.db"],
		["-n"],
		["-un"],
		["--no-log"],
		["--json"],
		["--no-stream"],
		["-c"],
		["-xc"],
		["--continue"],
		["--cid", "1"],
		["--conversation=1"],
		["--save", "t"],
	])("refuses %s %s", (...words) => {
		expect(() => refuseOwnedWords(words, 'after "--"')).toThrow(
			expect.objectContaining({
				info: expect.objectContaining({ code: "LLORCH_LLM_WORD_OWNED" }),
			}),
		);
	});

	it("names the option, the place and llorch's way", () => {
		try {
			refuseOwnedWords(["hello", "-un"], 'after "--"');
			expect.unreachable();
		} catch (error) {
			expect(error).toBeInstanceOf(LlorchError);
			expect((error as LlorchError).info).toEqual({
				code: "LLORCH_LLM_WORD_OWNED",
				message:
					'-n cannot stand after "--": llorch sets it for every call of llm',
				hint: "Instead: say --no-log before the --.",
				details: { option: "-n" },
			});
		}
	});

	it("lets through what only looks owned: values, the prompt, and options of llm's own", () => {
		expect(() =>
			refuseOwnedWords(
				[
					"-s",
					"-m",
					"-o",
					"n",
					"-c",
					"--system=--json",
					"-u",
					"--log",
					"--",
					"-m",
				],
				'after "--"',
			),
		).not.toThrow();
	});
});

describe("inspectLlmWords", () => {
	const nothing = {
		hasPrompt: false,
		hasInput: false,
		readsStdin: false,
		looksUp: false,
		asksToLog: false,
	};
	it.each([
		{ words: [], effect: nothing },
		{ words: ["-s", "be brief"], effect: nothing },
		{ words: ["hi"], effect: { ...nothing, hasPrompt: true } },
		{
			words: ["-a", "-", "describe"],
			effect: { ...nothing, hasPrompt: true, hasInput: true, readsStdin: true },
		},
		{
			words: ["--at", "-", "image/png"],
			effect: { ...nothing, hasInput: true, readsStdin: true },
		},
		{
			words: ["-f", "notes"],
			effect: { ...nothing, hasInput: true, looksUp: true },
		},
		{ words: ["--sf", "notes"], effect: { ...nothing, looksUp: true } },
		{
			words: ["-t", "summary"],
			effect: { ...nothing, hasInput: true, looksUp: true },
		},
		{ words: ["--log"], effect: { ...nothing, asksToLog: true } },
	])("$words", ({ words, effect }) => {
		expect(inspectLlmWords(words)).toEqual(effect);
	});
});

it("maskLlmWords hides keys and nothing else", () => {
	expect(
		maskLlmWords([
			"--key",
			"s3cret",
			"--key=s3cret",
			"-s",
			"--keyboard",
			"key",
		]),
	).toEqual(["--key", "***", "--key=***", "-s", "--keyboard", "key"]);
});
