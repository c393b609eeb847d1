import { expect, test } from "vitest";
import { exitCodeOf } from "./error-tables.ts";
import { judgeHosts } from "./forwarding-verdict.ts";

const well = { host: "mac", ok: true, exit: 0, durationMs: 1 };
const failed = (host: string, code: string, exit: number) => ({
	host,
	ok: false,
	exit,
	durationMs: 1,
	error: { code, message: "why" },
});
const refused = failed("box", "LLORCH_HOST_REFUSED", 5);

test.each([
	[[well], undefined, 0],
	[[well, refused], "LLORCH_SOME_FAILED", 6],
	[[refused], "LLORCH_ALL_FAILED", 1],
	// A program's own exit code, as `remote exec` has it, is no error of ours.
	[
		[well, { ...well, host: "box", ok: false, exit: 3 }],
		"LLORCH_SOME_FAILED",
		6,
	],
	[[well, refused, failed("gpu", "LLORCH_BUG", 70)], "LLORCH_BUG", 70],
])("%# several hosts end as %s, exit %i", (hosts, code, exit) => {
	const error = judgeHosts(hosts);
	expect(error?.code).toBe(code);
	expect(exitCodeOf(error)).toBe(exit);
});

test("a bug names the host that met it", () => {
	const hosts = [refused, failed("gpu", "LLORCH_BUG", 70)];
	expect(judgeHosts(hosts)?.message).toBe("gpu: why");
});
