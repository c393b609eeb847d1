import { expect, test } from "vitest";
import { refuseLoop } from "./way.ts";

const JUMPS: Record<string, string[]> = {
	gate: ["door"],
	door: [],
	self: ["self"],
	a: ["b"],
	b: ["a"],
};

test("a ProxyJump that leads in a circle is refused, not waited for", async () => {
	const from = (...proxyJump: string[]) =>
		refuseLoop(
			{ name: "mac", profile: {} },
			{ proxyJump },
			async ({ name }) => ({
				proxyJump: JUMPS[name] ?? [],
			}),
		).catch(({ message }) => message);
	expect(await from()).toBeUndefined();
	expect(await from("gate")).toBeUndefined();
	// Only the first host of a chain keeps its own ProxyJump.
	expect(await from("door", "a")).toBeUndefined();
	expect(await from("self")).toBe(
		"the ProxyJump of mac leads in a circle: self, then self",
	);
	expect(await from("a")).toContain("a, then b, then a");
});
