import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { llorch, temporaryHome } from "./session.ts";

const offers = (...words: string[]) => offersIn({}, ...words);

/** In a home with these files, which is the working folder too. */
const offersIn = async (
	files: Readonly<Record<string, string>>,
	...words: string[]
) => {
	const home = temporaryHome();
	onTestFinished(() => rmSync(home, { recursive: true }));
	for (const [name, text] of Object.entries(files))
		writeFileSync(join(home, name), text);
	const run = await llorch(["__complete", "--", ...words], { home });
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

test("completion after --remote offers hosts and groups, one after the other", async () => {
	const files = {
		".llorch.toml":
			"version = 1\n[remote]\ngroups = { gpu = ['mac'] }\n[remote.hosts.mac]\n[remote.hosts.work]\n",
	};
	const hosts = (...words: string[]) => offersIn(files, ...words);
	const all = ["mac", "work", "@gpu", "@all"];
	expect(await hosts("git", "status", "--remote", "")).toEqual(all);
	expect(await hosts("models", "download", "--remote", "m")).toEqual(["mac"]);
	expect(await hosts("dev", "info", "--remote", "mac,")).toEqual(
		["work", "@gpu", "@all"].map((word) => `mac,${word}`),
	);
	expect(await hosts("dev", "info", "--remote=mac,w")).toEqual([
		"--remote=mac,work",
	]);
	expect(await hosts("remote", "exec", "")).toEqual(all);
	expect(await hosts("remote", "exec", "work,@g")).toEqual(["work,@gpu"]);
	expect(await hosts("remote", "exec", "mac", "")).toEqual([]);
});

test("completion of an option's value offers what it may be, or nothing", async () => {
	const files = {
		".llorch.toml": 'version = 1\n[fanout]\nmodels = ["tiny"]\n',
	};
	for (const option of ["--cwd", "--config"])
		expect(await offers("models", "download", option, "t")).toEqual([]);
	expect(await offersIn(files, "fanout", "-m", "")).toEqual(["tiny"]);
	expect(await offersIn(files, "fanout", "--prompt-file", "")).toEqual([]);
	expect(await offers("test", "all", "--backend", "c")).toEqual([
		"cpu",
		"cuda",
	]);
	expect(await offers("test", "inference", "--model", "tinyl")).toEqual([
		"tinyllama",
	]);
	// And not of the words around it.
	expect(await offers("test", "inference", "--port", "1", "m")).toEqual([
		"metal",
	]);
	expect(await offers("test", "inference", "--debug", "m")).toEqual(["metal"]);
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
