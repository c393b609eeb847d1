import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { explainStartError } from "./start-error.ts";

// What the system answers cannot all be brought about on demand, so here the answers are given.
test.each([
	["ENOENT", "the interpreter that its first line names does not exist"],
	["EACCES", "permission denied"],
	["EMFILE", "too many open files"],
	["ENFILE", "too many open files"],
	["EAGAIN", "too many processes"],
	["E2BIG", "its arguments and environment are too large"],
	["ENOMEM", "ENOMEM"],
])("%s is told in words", async (code, words) => {
	const cause = Object.assign(new Error("spawn sh"), { code });
	const place = { cwd: tmpdir(), env: { PATH: "/usr/bin:/bin" } };
	const { info } = await explainStartError(
		{ file: "sh", args: [] },
		place,
		cause,
	);
	expect(info).toMatchObject({
		code: "LLORCH_PROGRAM_NOT_RUNNABLE",
		message: expect.stringMatching(`sh could not be started: ${words}$`),
		details: { file: "sh", reason: code },
	});
});

test("an answer that got lost is guessed", async () => {
	const place = { cwd: tmpdir(), env: { PATH: "/usr/bin:/bin" } };
	const message = async (...args: string[]) =>
		(await explainStartError({ file: "sh", args }, place, undefined)).message;
	expect(await message("x")).toMatch(/the system refused it$/);
	expect(await message("x".repeat(200_000))).toMatch(/too large$/);
});
