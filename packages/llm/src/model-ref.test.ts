import { describe, expect, it } from "vitest";
import {
	distinctLlmModels,
	labelLlmModels,
	maskLlmModel,
	parseLlmModel,
} from "./model-ref.ts";

describe("parseLlmModel", () => {
	it.each([
		["gpt-4o-mini", { name: "gpt-4o-mini", options: [] }],
		["org/model:7b q4", { name: "org/model:7b q4", options: [] }],
		[
			"tiny -o temperature 0.2",
			{ name: "tiny", options: ["-o", "temperature", "0.2"] },
		],
		[
			`tiny -s 'be "very" brief' -o stop "a \\"b\\" c" --system=x\\ y`,
			{
				name: "tiny",
				options: [
					"-s",
					'be "very" brief',
					"-o",
					"stop",
					'a "b" c',
					"--system=x y",
				],
			},
		],
		[{ name: "tiny" }, { name: "tiny", options: [] }],
		[
			{ name: "tiny", options: ["-u"] },
			{ name: "tiny", options: ["-u"] },
		],
	])("reads %o", (entry, model) => {
		expect(parseLlmModel(entry)).toEqual(model);
	});

	it.each([
		["", '"" names no model'],
		["-o temperature 1", '"-o temperature 1" names no model'],
		["--key s3cret", `"--key '***'" names no model`],
		[7, "7 names no model"],
		[["tiny"], '["tiny"] names no model'],
		[{ options: ["-u"] }, 'an entry of keys options has no "name"'],
		[
			{ name: "tiny", temperature: 1 },
			'"tiny" has an unknown key "temperature"',
		],
		[
			{ name: "tiny", options: "-u" },
			'the options of "tiny" must be a list of strings',
		],
		["tiny -u hello", '"hello" in the options of "tiny" is no option of llm'],
		["tiny -u --", '"--" in the options of "tiny" is no option of llm'],
		["tiny -o", '"-o" in the options of "tiny" lacks its NAME and VALUE'],
		[
			"tiny -o temperature",
			'"-o temperature" in the options of "tiny" lacks its VALUE',
		],
		[
			{ name: "tiny", options: ["-uotemperature"] },
			'"-o temperature" in the options of "tiny" lacks its VALUE',
		],
		[
			"tiny --option=temperature",
			'"--option temperature" in the options of "tiny" lacks its VALUE',
		],
		["tiny -us", '"-s" in the options of "tiny" lacks its TEXT'],
	])("refuses %o", (entry, message) => {
		expect(() => parseLlmModel(entry)).toThrow(
			expect.objectContaining({
				message,
				info: expect.objectContaining({ code: "LLORCH_LLM_MODEL_INVALID" }),
			}),
		);
	});

	it("refuses options that llorch sets itself", () => {
		expect(() => parseLlmModel("tiny --json")).toThrow(
			'--json cannot stand in the options of "tiny"',
		);
	});
});

describe("labelLlmModels", () => {
	it("shows options only where the name alone would be ambiguous", () => {
		expect(
			labelLlmModels([
				{ name: "tiny", options: ["-o", "temperature", "0.2"] },
				{
					name: "tiny",
					options: ["-o", "temperature", "0.9", "-s", "be brief"],
				},
				{ name: "tiny", options: [] },
				{ name: "echo", options: ["-u"] },
			]),
		).toEqual([
			"tiny temperature=0.2",
			"tiny temperature=0.9 -s be brief",
			"tiny",
			"echo",
		]);
	});
});

it("labelLlmModels shows no key", () => {
	expect(
		labelLlmModels([
			{ name: "tiny", options: ["--key", "s3cret"] },
			{ name: "tiny", options: ["--key=s3cret", "-u"] },
			{ name: "tiny", options: [] },
		]),
	).toEqual(["tiny --key ***", "tiny --key *** -u", "tiny"]);
});

it.each([
	["tiny", "tiny"],
	["tiny  -o temperature 0.2", "tiny  -o temperature 0.2"],
	["tiny --key s3cret -u", "tiny --key '***' -u"],
	["tiny --key=s3cret", "tiny '--key=***'"],
	[
		`org/a b --k"ey" 's3 cret' -s 'be brief'`,
		"org/a b --key '***' -s 'be brief'",
	],
	["--key s3cret", "--key '***'"],
])("maskLlmModel of %s", (text, masked) => {
	expect(maskLlmModel(text)).toBe(masked);
});

it("distinctLlmModels takes a key for no difference", () => {
	const first = { name: "tiny", options: ["--key", "one"] };
	const second = { name: "tiny", options: ["--key", "two"] };
	expect(distinctLlmModels([first, second])).toEqual([first]);
});

it("distinctLlmModels drops repetitions of the same model with the same options", () => {
	const tiny = { name: "tiny", options: [] };
	const warm = { name: "tiny", options: ["-o", "temperature", "1"] };
	expect(distinctLlmModels([tiny, warm, tiny, warm])).toEqual([tiny, warm]);
});
