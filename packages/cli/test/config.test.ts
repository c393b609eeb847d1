import {
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { llorch, temporaryHome } from "./session.ts";

let home: string;
beforeEach(() => {
	home = temporaryHome();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const project = (text: string) =>
	writeFileSync(join(home, ".llorch.toml"), text);

test("config show --origin says where each value comes from, with line and variable", async () => {
	project('version = 1\n\n[models]\nbase_dir = "weights"\n');
	const run = await llorch("config show --origin --json", {
		home,
		env: { HF_ENDPOINT: "http://127.0.0.1:1" },
	});
	const { settings } = JSON.parse(run.stdout).result;
	expect(settings).toContainEqual({
		section: "models",
		key: "base_dir",
		value: "weights",
		describe: expect.any(String),
		origin: { kind: "project", path: join(home, ".llorch.toml"), line: 4 },
	});
	expect(settings).toContainEqual(
		expect.objectContaining({
			key: "endpoint",
			value: "http://127.0.0.1:1",
			origin: { kind: "env", name: "HF_ENDPOINT" },
		}),
	);
	const text = await llorch("config show models --origin", { home });
	expect(text.stdout).toContain(
		'models.base_dir\t"weights"\t~/.llorch.toml:4\n',
	);
	expect(text).toMatchObject({ stderr: "", code: 0 });
});

test("config show hides the password in an address, as text and as JSON", async () => {
	const env = { HF_ENDPOINT: "http://me:geheim@127.0.0.1:1/hub" };
	for (const flags of ["", " --json"]) {
		const run = await llorch(`config show models.endpoint${flags}`, {
			home,
			env,
		});
		expect(run.stdout).toContain("http://***@127.0.0.1:1/hub");
		expect(run.stdout + run.stderr).not.toContain("geheim");
	}
});

test("config show hides the keys that go with models of llm", async () => {
	project(
		'[fanout]\nmodels = ["tiny --key geheim -o seed 1", { name = "big", options = ["--key", "geheim"] }]\n',
	);
	for (const flags of ["", " --json"]) {
		const run = await llorch(`config show fanout.models${flags}`, { home });
		expect(run.stdout).toContain("tiny --key *** -o seed 1");
		expect(run.stdout + run.stderr).not.toContain("geheim");
		expect(run.code).toBe(0);
	}
});

test("config show hides a bearer token in the words that go with a model", async () => {
	project("[fanout]\nmodels = [\"tiny -o auth 'Bearer geheim1234'\"]\n");
	const run = await llorch("config show fanout.models", { home });
	expect(run.stdout).toContain("Bearer ***");
	expect(run.stdout + run.stderr).not.toContain("geheim1234");
});

test("config validate names every problem with file and line, and fails with 3", async () => {
	project('[fanuot]\nmodels = []\n\n[general]\ncolor = "yes"\n');
	const run = await llorch("config validate", { home });
	expect(run.stdout.split("\n")).toEqual([
		'error  .llorch.toml:1: unknown key "fanuot" (did you mean "fanout"?)',
		expect.stringMatching(
			/^error {2}\.llorch\.toml:5: general\.color must be .*\(got "yes"\)$/,
		),
		"",
	]);
	expect(run.stderr).toContain("the configuration has 2 problems");
	expect(run.code).toBe(3);
});

test("a broken configuration stops a command that needs it, and not the ones that help", async () => {
	project("version = ");
	expect(await llorch("config show", { home })).toMatchObject({
		stdout: "",
		code: 3,
	});
	const path = await llorch("config path", { home });
	expect(path.code).toBe(0);
	expect(path.stdout).toContain(join(home, ".llorch.toml"));
	expect((await llorch("explain LLORCH_CONFIG_INVALID", { home })).code).toBe(
		0,
	);
});

test("config init writes a file that is valid, and never touches one that is there", async () => {
	mkdirSync(join(home, ".git"));
	const first = await llorch("config init", { home });
	const path = join(home, ".llorch.toml");
	expect(first).toEqual({ stdout: `${path}\n`, stderr: "", code: 0 });
	expect((await llorch("config validate", { home })).code).toBe(0);
	const text = readFileSync(path, "utf8");
	const second = await llorch("config init", { home });
	expect(second).toMatchObject({ stdout: "", code: 1 });
	expect(second.stderr).toContain("LLORCH_CONFIG_EXISTS");
	expect(readFileSync(path, "utf8")).toBe(text);
	const user = await llorch("config init --user", { home });
	expect(user.stdout).toBe(join(home, ".config/llorch/config.toml\n"));
});

test("a key of the old tool loads, with a note that names the new one", async () => {
	project('[general]\nmodel_base_dir = "old"\n');
	const run = await llorch("config show models.base_dir", { home });
	expect(run.code).toBe(0);
	expect(run.stderr).toMatch(
		/^warning: \.llorch\.toml:2: general\.model_base_dir .*models\.base_dir\n$/,
	);
	const retired = await llorch("config show models", {
		home,
		env: { LLORCH_REMOTE_HOST: "mac" },
	});
	expect(retired.stderr).toContain("LLORCH_REMOTE_HOST");
});

test("config show of a key that does not exist says what was probably meant", async () => {
	expect(await llorch("config show fanout.default", { home })).toEqual({
		stdout: "",
		stderr:
			"error: there is no setting fanout.default (did you mean fanout.defaults?)\n  next: llorch config show\n",
		code: 2,
	});
});

test.each([
	[["config", "show", "--config", ""], "--config must be the path of a file"],
	[["config", "show", "--cwd="], "--cwd must be the path of a folder"],
	[["git", "status", "--remote", ""], "--remote must be HOST, HOST,HOST"],
	[["fanout", "-m", "a", "--outdir", " "], "--outdir must be the path of a"],
	[["remote", "hosts", "add", "mac", "--host", ""], "--host must be a host"],
])(
	"%j lacks what it names, as where a variable was not set",
	async (line, error) => {
		const run = await llorch(line, { home });
		expect(run.stderr).toContain(`error: ${error}`);
		expect(run).toMatchObject({ stdout: "", code: 2 });
	},
);

test.each(["config init --user", "remote hosts add mac --host m"])(
	"%s in a place that cannot be written is no bug",
	async (line) => {
		writeFileSync(join(home, "file"), "a file, not a folder");
		for (const XDG_CONFIG_HOME of [join(home, "file"), "/proc/nope"]) {
			const run = await llorch(line, { home, env: { XDG_CONFIG_HOME } });
			expect(run).toMatchObject({ stdout: "", code: 1 });
			expect(run.stderr).toContain("LLORCH_CONFIG_UNWRITABLE");
		}
	},
);

test("several changes of one configuration file at once lose none", async () => {
	const names = ["a", "b", "c", "d", "e"];
	const runs = await Promise.all(
		names.map((name) => llorch(`remote hosts add ${name} --host h`, { home })),
	);
	expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
	const { stdout } = await llorch("remote hosts list --json", { home });
	expect(
		JSON.parse(stdout).result.hosts.map(({ name }: { name: string }) => name),
	).toEqual(expect.arrayContaining(names));
});

test("of two config inits at once one writes, whole, and leaves nothing else", async () => {
	const inits = ["config init --user", "config init --user"];
	const runs = await Promise.all(inits.map((line) => llorch(line, { home })));
	expect(runs.map(({ code }) => code).toSorted()).toEqual([0, 1]);
	expect(readdirSync(join(home, ".config/llorch"))).toEqual(["config.toml"]);
	expect((await llorch("config validate", { home })).code).toBe(0);
});
