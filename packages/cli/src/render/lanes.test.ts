import { expect, test } from "vitest";
import { createLaneLines } from "./lanes.ts";

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
