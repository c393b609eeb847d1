import { expect, it } from "vitest";
import { fanoutSection } from "./settings.ts";

const { models } = fanoutSection.settings;

it("a list of models may hold names and tables", () => {
	expect(
		models.check?.(["a", "a -o temperature 1", { name: "a", options: ["-u"] }]),
	).toBeUndefined();
	expect(models.check?.(models.default)).toBeUndefined();
});

it.each([
	[["a", 7], "a list of llm models (7 names no model)"],
	[
		[{ name: "a", options: ["-n"] }],
		'a list of llm models (-n cannot stand in the options of "a": llorch sets it for every call of llm)',
	],
])("a mistake in %j ends the sentence KEY must be …", (list, sentence) => {
	expect(models.check?.(list)).toBe(sentence);
});
