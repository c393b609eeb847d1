import { isAbsolute, join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { needs, realTest } from "./needs.ts";
import { findPart, realPart, repositoryRoot } from "./parts.ts";
import { programSession } from "./session/index.ts";
import { makeWorld } from "./world.ts";

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

describe("a real test without its part", () => {
	const run = async (required: string) => {
		await using world = await makeWorld({
			env: { LLORCH_REQUIRE_REAL: required },
			files: {
				"vitest.config.js":
					'export default { test: { include: ["missing.js"] } };',
				"missing.js": `
					import { realTest } from ${JSON.stringify(join(import.meta.dirname, "needs.ts"))};
					realTest(["git"], "has its part", () => {});
					realTest(["git", "no-such-part"], "lacks a part", () => {});`,
			},
		});
		const vitest = programSession(world, {
			file: process.execPath,
			args: [join(repositoryRoot, "node_modules/vitest/vitest.mjs")],
		});
		await vitest(["run", "--reporter=json", "--outputFile=report"]);
		const report = JSON.parse(await world.read("report")) as {
			testResults: {
				assertionResults: {
					title: string;
					status: string;
					failureMessages: string[];
				}[];
			}[];
		};
		return report.testResults[0]?.assertionResults;
	};

	test("is skipped, and its title says why", async () => {
		expect(await run("")).toMatchObject([
			{ title: "has its part", status: "passed" },
			{ title: "lacks a part (needs no-such-part)", status: "skipped" },
		]);
	});

	test("fails with LLORCH_REQUIRE_REAL=1", async () => {
		expect(await run("1")).toMatchObject([
			{ title: "has its part", status: "passed" },
			{
				title: "lacks a part",
				status: "failed",
				failureMessages: [expect.stringContaining("needs no-such-part")],
			},
		]);
	});
});
