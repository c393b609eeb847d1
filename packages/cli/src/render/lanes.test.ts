import { expect, test } from "vitest";
import { createLaneLines, LONGEST } from "./lanes.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("lanes never mix inside a line, and characters cut in two are joined", () => {
	const lanes = createLaneLines({ clean: false });
	const euro = bytes("€");
	expect(lanes.push("a", bytes("one "))).toBe("");
	expect(lanes.push("b", bytes("two\nthree"))).toBe("[b] two\n");
	expect(lanes.push("a", euro.slice(0, 2))).toBe("");
	expect(lanes.push("a", new Uint8Array([...euro.slice(2), 10]))).toBe(
		"[a] one €\n",
	);
	expect(lanes.flush("b")).toBe("[b] three\n");
	expect(lanes.flush()).toBe("");
});

test("on a terminal, what a model says cannot move the cursor", () => {
	const lanes = createLaneLines({ clean: true });
	expect(lanes.push("evil", bytes("\u001b[2Jgone\u0007\n"))).toBe(
		"[evil] gone\n",
	);
});

test("a line without end is shown in parts, and takes no more memory than one of them", () => {
	const lanes = createLaneLines({ clean: false });
	const piece = "0123456789".repeat(100);
	const shown: string[] = [];
	for (let count = 0; count < 1000; count++)
		shown.push(lanes.push("a", bytes(piece)));
	shown.push(lanes.push("a", bytes("end\nnext")), lanes.flush("a"));
	const lines = shown.join("").split("\n");
	expect(lines.slice(-2)).toEqual(["[a] next", ""]);
	expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(
		LONGEST + piece.length + 5,
	);
	expect(lines.every((line) => line === "" || line.startsWith("[a] "))).toBe(
		true,
	);
	expect(lines.map((line) => line.slice(4)).join("")).toBe(
		`${piece.repeat(1000)}endnext`,
	);
	expect(lines.length).toBeLessThan(20);
});
