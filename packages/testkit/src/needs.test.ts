import { isAbsolute } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { findPart, needs, realPart, realTest } from "./needs.ts";

afterEach(() => vi.unstubAllEnvs());

describe("needs", () => {
	test("finds a program on PATH by its absolute path", () => {
		expect(isAbsolute(realPart("git"))).toBe(true);
		expect(needs("git")).toEqual({
			available: true,
			missing: [],
			skipReason: "",
		});
	});

	test("names what is missing", () => {
		vi.stubEnv("LLORCH_REQUIRE_REAL", "");
		const found = needs("git", "no-such-part");
		expect(found.available).toBe(false);
		expect(found.missing).toEqual(["no-such-part"]);
		expect(found.skipReason).toContain("needs no-such-part: not in ");
		expect(() => realPart("no-such-part")).toThrow("needs no-such-part");
	});

	test("throws instead with LLORCH_REQUIRE_REAL=1", () => {
		vi.stubEnv("LLORCH_REQUIRE_REAL", "1");
		expect(() => needs("no-such-part")).toThrow("needs no-such-part");
	});

	test("takes no folder and no plain file for a program", () => {
		expect(findPart("/usr")).toBeUndefined();
		expect(findPart(import.meta.filename)).toBeUndefined();
	});
});

realTest(["git"], "a real test runs where its part is", ({ task }) => {
	expect(task.name).toBe("a real test runs where its part is");
});
