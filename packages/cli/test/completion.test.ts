import { expect, test } from "vitest";
import { llorch } from "./session.ts";

const offers = async (...words: string[]) => {
	const run = await llorch(["__complete", "--", ...words]);
	expect(run).toMatchObject({ stderr: "", code: 0 });
	return run.stdout
		.split("\n")
		.filter(Boolean)
		.map((line) => line.split("\t")[0]);
};

test("completion offers the next word of a command", async () => {
	expect(await offers("conf")).toEqual(["config"]);
	expect(await offers("config", "")).toEqual([
		"init",
		"path",
		"show",
		"validate",
	]);
});

test("completion offers options after a dash, and a command's own words elsewhere", async () => {
	expect(await offers("config", "show", "--or")).toEqual(["--origin"]);
	expect(await offers("explain", "LLORCH_BUG")).toEqual(["LLORCH_BUG"]);
	expect(await offers("config", "show", "fan")).toEqual([
		"fanout",
		"fanout.defaults",
	]);
	expect(await offers("explain", "--", "LLORCH_BU")).toEqual([]);
});

test("completion of a command nobody knows offers nothing", async () => {
	expect(await offers("nonsense", "x")).toEqual([]);
});

test.each(["bash", "zsh", "fish"])(
	"completion %s prints a script",
	async (shell) => {
		const run = await llorch(`completion ${shell}`);
		expect(run).toMatchObject({ stderr: "", code: 0 });
		expect(run.stdout).toContain("__complete --");
	},
);

test("completion of another shell is wrong usage", async () => {
	const run = await llorch("completion tcsh");
	expect(run).toMatchObject({ stdout: "", code: 2 });
	expect(run.stderr).toContain("bash");
});
