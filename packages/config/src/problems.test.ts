import { expect, test } from "vitest";
import { configErrors } from "./errors.ts";
import { type Problem, toError } from "./problems.ts";

const problem = (code: Problem["code"], text: string): Problem => ({
	code,
	where: "x.toml:1",
	text,
});

test("one problem is the whole message", () => {
	const error = toError([problem("LLORCH_CONFIG_INVALID", "unknown key")]);
	expect(error.info).toEqual({
		code: "LLORCH_CONFIG_INVALID",
		message: "x.toml:1: unknown key",
		hint: "Correct it, then check all of it again.",
		run: ["config", "validate"],
		details: {
			problems: [
				{
					code: "LLORCH_CONFIG_INVALID",
					where: "x.toml:1",
					text: "unknown key",
				},
			],
		},
	});
});

test("the next step names the file that --config named", () => {
	const problems = [problem("LLORCH_CONFIG_INVALID", "unknown key")];
	expect(toError(problems, "my file.toml").info.run).toEqual([
		"config",
		"validate",
		"--config",
		"my file.toml",
	]);
});

test("the gravest problem gives the code, and all are told", () => {
	const error = toError([
		problem("LLORCH_USAGE", "one"),
		problem("LLORCH_CONFIG_INVALID", "two"),
		problem("LLORCH_CONFIG_TOO_NEW", "three"),
	]);
	expect(error.info.code).toBe("LLORCH_CONFIG_TOO_NEW");
	expect(error.message).toBe(
		"the configuration has 3 problems:\nx.toml:1: one\nx.toml:1: two\nx.toml:1: three",
	);
});

test.each([
	"LLORCH_CONFIG_MISSING",
	"LLORCH_CONFIG_UNREADABLE",
	"LLORCH_CONFIG_TOO_NEW",
] as const)("%s says what to do", (code) => {
	expect(toError([problem(code, "x")]).info.hint).toMatch(/^[A-Z].*\.$/);
	expect(configErrors[code].exit).toBe(3);
});

test("wrong flags alone are wrong usage", () => {
	expect(toError([problem("LLORCH_USAGE", "x")]).info).toMatchObject({
		code: "LLORCH_USAGE",
		message: "x.toml:1: x",
	});
});
