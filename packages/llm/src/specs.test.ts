import { formatRunSpec } from "@llorch/core";
import { expect, it } from "vitest";
import { llmPromptSpec } from "./specs.ts";

const call = {
	file: "llm",
	model: { name: "tiny", options: ["-o", "temperature", "0.2"] },
	words: ["-s", "be brief"],
	database: "/runs/1/llm/a.db",
	stream: true,
};

it("llmPromptSpec is a line one can paste", () => {
	expect(
		formatRunSpec(llmPromptSpec({ ...call, stdin: "why?", cwd: "/work" })),
	).toBe(
		"(cd /work && printf %s 'why?' | PYTHONIOENCODING=utf-8 llm prompt -m tiny -o temperature 0.2 --log -d /runs/1/llm/a.db -s 'be brief')",
	);
});

it("llmPromptSpec turns streaming off and sets the limit", () => {
	const spec = llmPromptSpec({ ...call, stream: false, timeoutMs: 300_000 });
	expect(spec.args).toContain("--no-stream");
	expect(spec).toMatchObject({ timeoutMs: 300_000 });
	expect(spec).not.toHaveProperty("stdin");
});
