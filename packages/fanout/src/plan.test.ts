import { describe, expect, it } from "vitest";
import { type FanoutRequest, planFanout } from "./plan.ts";
import { makePrompt } from "./prompts.ts";

const model = (name: string, ...options: string[]) => ({ name, options });

const request = (changes: Partial<FanoutRequest> = {}): FanoutRequest => ({
	models: [model("a")],
	prompts: [makePrompt("why?")],
	words: [],
	repeat: 1,
	parallel: 4,
	timeoutMs: 300_000,
	retries: 0,
	stream: true,
	failFast: false,
	log: true,
	...changes,
});

const plan = (changes?: Partial<FanoutRequest>) => planFanout(request(changes));
const labels = (changes?: Partial<FanoutRequest>) =>
	plan(changes).cells.map(({ label }) => label);
const ids = (changes?: Partial<FanoutRequest>) =>
	plan(changes).cells.map(({ id }) => id);

describe("planFanout", () => {
	it("multiplies models, prompts and repetitions", () => {
		expect(
			labels({
				models: [model("a"), model("b")],
				prompts: [makePrompt("why?"), makePrompt("how?")],
				repeat: 2,
			}),
		).toEqual([
			"a p1 #1",
			"a p1 #2",
			"a p2 #1",
			"a p2 #2",
			"b p1 #1",
			"b p1 #2",
			"b p2 #1",
			"b p2 #2",
		]);
	});

	it("makes a cell say all that its call needs", () => {
		const prompt = makePrompt("why?");
		expect(plan({ models: [model("a", "-u")] }).cells).toEqual([
			{
				id: expect.stringMatching(/^[0-9a-f]{16}$/),
				label: "a",
				uses: ["model:a", "host:local"],
				input: {
					model: { name: "a", options: ["-u"] },
					prompt: prompt.digest,
					repeat: 1,
					host: "local",
				},
			},
		]);
	});

	it("asks the same model with the same options once", () => {
		expect(
			labels({ models: [model("a"), model("a"), model("a", "-u")] }),
		).toEqual(["a", "a -u"]);
	});

	it("names a cell by what is asked, and by nothing else", () => {
		const [id] = ids();
		expect(
			ids({
				parallel: 1,
				timeoutMs: 1,
				retries: 9,
				stream: false,
				failFast: true,
				log: false,
			}),
		).toEqual([id]);
		expect(ids({ models: [model("z"), model("a")] })[1]).toBe(id);
		const others = [
			...ids({ models: [model("b")] }),
			...ids({ models: [model("a", "-u")] }),
			...ids({ words: ["-u"] }),
			...ids({ prompts: [makePrompt("how?")] }),
			...ids({ repeat: 2 }).slice(1),
		];
		expect(new Set([id, ...others]).size).toBe(6);
	});

	it("keeps a key out of the name", () => {
		expect(ids({ words: ["--key", "one"] })).toEqual(
			ids({ words: ["--key", "two"] }),
		);
	});

	it("asks once what differs only in the key, and shows no key", () => {
		const models = ["one", "two"].map((key) => model("a", "--key", key));
		expect(labels({ models: [...models, model("a")] })).toEqual([
			"a --key ***",
			"a",
		]);
	});

	it.each<[string, Partial<FanoutRequest>, string, string]>([
		[
			"nobody to ask",
			{ models: [] },
			"LLORCH_FANOUT_NO_MODELS",
			"no llm model was named",
		],
		[
			"nothing to ask",
			{ prompts: [] },
			"LLORCH_FANOUT_NO_PROMPT",
			"there is no prompt",
		],
		[
			"an empty pipe",
			{ prompts: [makePrompt("")] },
			"LLORCH_FANOUT_NO_PROMPT",
			"there is no prompt",
		],
		[
			"one empty prompt",
			{ prompts: [makePrompt("why?"), makePrompt("")], words: ["-s", "x"] },
			"LLORCH_FANOUT_NO_PROMPT",
			"one of the prompts is empty",
		],
		[
			"bytes that are no text",
			{ prompts: [makePrompt(new Uint8Array([0xff]))] },
			"LLORCH_FANOUT_PROMPT_UNREADABLE",
			"a prompt is not text in UTF-8",
		],
		[
			"a word of ours",
			{ words: ["-n"] },
			"LLORCH_LLM_WORD_OWNED",
			'-n cannot stand after "--": llorch sets it for every call of llm',
		],
	])("refuses %s", (_what, changes, code, message) => {
		expect(() => plan(changes)).toThrow(
			expect.objectContaining({
				message,
				info: expect.objectContaining({ code }),
			}),
		);
	});

	it.each([["why?"], ["-t", "summary"], ["-f", "notes"], ["-a", "x.png"]])(
		"needs no prompt beside %s %s",
		(...words) => {
			expect(labels({ prompts: [], words })).toEqual(["a"]);
		},
	);

	it("takes any bytes where llm reads stdin as a file", () => {
		expect(
			labels({
				prompts: [makePrompt(new Uint8Array([0xff]))],
				words: ["-a", "-"],
			}),
		).toEqual(["a"]);
	});
});
