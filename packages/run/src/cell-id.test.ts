import { expect, test } from "vitest";
import { cellId } from "./cell-id.ts";

test("cellId is the same for the same question, whatever the order of its keys", () => {
	const id = cellId({ model: "tiny", options: { a: 1, b: [1, 2] }, n: null });
	expect(id).toBe(
		cellId({ n: null, options: { b: [1, 2], a: 1 }, model: "tiny" }),
	);
	// echo -n '{"model":"tiny","n":null,"options":{"a":1,"b":[1,2]}}' | sha256sum | cut -c1-16
	expect(id).toBe("b80a4a0a3017bfc4");
});

test("cellId tells questions apart", () => {
	const asked = [
		{ a: [1, 2] },
		{ a: [2, 1] },
		{ a: "1" },
		{ a: 1 },
		{ a: [{ b: 1, c: 2 }] },
		{ a: [{ b: 2, c: 1 }] },
		[],
		{},
		"",
		null,
	];
	expect(new Set(asked.map(cellId)).size).toBe(asked.length);
});
