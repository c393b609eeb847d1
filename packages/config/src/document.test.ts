import { expect, test } from "vitest";
import { parseDocument, SyntaxMistake } from "./document.ts";

test("text that is no TOML says in one line what is wrong, and where", async () => {
	const mistake = await parseDocument("a = 1\n  b = \n").catch(
		(error) => error,
	);
	expect(mistake).toBeInstanceOf(SyntaxMistake);
	expect(mistake).toMatchObject({
		message: "invalid value",
		line: 2,
		column: 7,
	});
});

test("what is not the text's fault is thrown on", async () => {
	await expect(parseDocument(undefined as never)).rejects.toThrow(TypeError);
});
