import { describe, expect, test } from "vitest";
import { backoff, parseRetryAfter } from "./backoff.ts";

describe("backoff", () => {
	test.each([
		[1, 500, 1_000],
		[2, 1_000, 2_000],
		[5, 8_000, 16_000],
		[6, 15_000, 30_000],
		[50, 15_000, 30_000],
	])("waits after %i failures from %i to %i ms", (failures, least, most) => {
		expect(backoff(failures, undefined, () => 0)).toBe(least);
		expect(backoff(failures, undefined, () => 1)).toBe(most);
	});

	test("waits as the server says, but not for ever", () => {
		expect(backoff(1, 45_000)).toBe(45_000);
		expect(backoff(1, 0)).toBe(0);
		expect(backoff(1, 86_400_000)).toBe(120_000);
	});
});

describe("Retry-After", () => {
	const now = Date.parse("2026-01-01T00:00:00Z");
	test.each([
		["30", 30_000],
		[" 0 ", 0],
		["Thu, 01 Jan 2026 00:00:20 GMT", 20_000],
		["Wed, 31 Dec 2025 00:00:00 GMT", 0],
		["soon", undefined],
		[undefined, undefined],
	])("%s", (header, expected) => {
		expect(parseRetryAfter(header, now)).toBe(expected);
	});
});
