import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { defineSection } from "@llorch/core";
import { expect, test } from "vitest";
import { createWorld, PROJECT, USER } from "../test/world.ts";
import {
	type ConfigOptions,
	checkConfig,
	checkConfigText,
	loadConfig,
} from "./load.ts";

const modelsSection = defineSection<{
	base_dir: string;
	endpoint: string | undefined;
}>("models", {
	base_dir: {
		type: "string",
		default: ".test-models",
		env: "LLORCH_MODEL_BASE_DIR",
		describe: "Where links go",
	},
	endpoint: {
		type: "string",
		default: undefined,
		describe: "A mirror",
		check: (value) =>
			value?.startsWith("http") ? undefined : "an http address",
	},
});
const defaultsSection = defineSection("fanout.defaults", {
	parallel: {
		type: "integer",
		default: 4,
		range: [1, 64],
		env: "LLORCH_PARALLEL",
		describe: "Calls at once",
	},
});

async function createConfigWorld(files: Record<string, string | Uint8Array>) {
	const world = await createWorld(files);
	const options: ConfigOptions = {
		sections: [modelsSection, defaultsSection],
		...world.surroundings,
	};
	return { ...world, options };
}

test("without any file the defaults count, and the places of files are told", async () => {
	const { options, path } = await createConfigWorld({});
	const config = await loadConfig(options);
	expect(config.get(modelsSection)).toEqual({ base_dir: ".test-models" });
	expect(config.origin(modelsSection, "base_dir")).toEqual({ kind: "default" });
	expect(config.notes).toEqual([]);
	expect(config.repositoryRoot).toBe(path("repo"));
	expect(config.files).toEqual([
		{ path: path(PROJECT), kind: "project", exists: false },
		{ path: path(USER), kind: "user", exists: false },
	]);
});

test("flags beat the environment, which beats the project, which beats the user's file", async () => {
	const { options, path } = await createConfigWorld({
		[USER]: '[models]\nbase_dir = "user"\nendpoint = "http://user"',
		[PROJECT]: '[models]\nbase_dir = "project"',
	});
	const origins = async (more: Partial<ConfigOptions>) => {
		const config = await loadConfig({ ...options, ...more });
		return [
			config.get(modelsSection).base_dir,
			config.origin(modelsSection, "base_dir"),
		];
	};
	expect(await origins({})).toEqual([
		"project",
		{ kind: "project", path: path(PROJECT) },
	]);
	const env = { LLORCH_MODEL_BASE_DIR: "env" };
	expect(await origins({ env })).toEqual([
		"env",
		{ kind: "env", name: "LLORCH_MODEL_BASE_DIR" },
	]);
	const flag = { flag: "--base-dir", key: "models.base_dir" };
	expect(await origins({ env, flags: [{ ...flag, value: "flag" }] })).toEqual([
		"flag",
		{ kind: "flag", name: "--base-dir" },
	]);
	expect(
		await origins({ env, flags: [{ ...flag, value: undefined }] }),
	).toEqual(["env", { kind: "env", name: "LLORCH_MODEL_BASE_DIR" }]);
	const config = await loadConfig(options);
	expect(config.origin(modelsSection, "endpoint")).toEqual({
		kind: "user",
		path: path(USER),
	});
});

test("entries tell every value with its file and line", async () => {
	const { options, path } = await createConfigWorld({
		[PROJECT]: 'version = 1\n[models]\n# here\nbase_dir = "x"\n',
	});
	const config = await loadConfig({
		...options,
		env: { LLORCH_PARALLEL: "8" },
	});
	expect(await config.entries()).toEqual([
		{
			section: "models",
			key: "base_dir",
			value: "x",
			origin: { kind: "project", path: path(PROJECT), line: 4 },
			describe: "Where links go",
		},
		{
			section: "models",
			key: "endpoint",
			origin: { kind: "default" },
			describe: "A mirror",
		},
		{
			section: "fanout.defaults",
			key: "parallel",
			value: 8,
			origin: { kind: "env", name: "LLORCH_PARALLEL" },
			describe: "Calls at once",
		},
	]);
});

test("the project's file is the nearest one up to the repository's root", async () => {
	const { options, path } = await createConfigWorld({
		".llorch.toml": "outside = 1",
		[PROJECT]: "[fanout.defaults]\nparallel = 2",
	});
	const at = (cwd: string) => loadConfig({ ...options, cwd: path(cwd) });
	expect((await at("repo/deep/er")).get(defaultsSection).parallel).toBe(2);
	await writeFile(path("repo/deep/.llorch.toml"), "");
	const nearer = await at("repo/deep/er");
	expect(nearer.get(defaultsSection).parallel).toBe(4);
	expect(nearer.files[0]?.path).toBe(path("repo/deep/.llorch.toml"));
});

test("a repository may have a file named .git, as worktrees do", async () => {
	const { options, path } = await createConfigWorld({
		"tree/.git": "gitdir: elsewhere",
		"tree/sub/": "",
	});
	const config = await loadConfig({ ...options, cwd: path("tree/sub") });
	expect(config.repositoryRoot).toBe(path("tree"));
	expect(config.files[0]?.path).toBe(path("tree/.llorch.toml"));
});

test.each([
	"../../.git/modules/parts/one",
	"/elsewhere/.git/worktrees/tree/modules/parts/one",
])(
	"in a submodule the repository around it counts: gitdir: %s",
	async (gitDir) => {
		const { options, path } = await createConfigWorld({
			"repo/parts/one/.git": `gitdir: ${gitDir}\n`,
			"repo/parts/one/src/": "",
			[PROJECT]: "[fanout.defaults]\nparallel = 2",
		});
		const cwd = path("repo/parts/one/src");
		const config = await loadConfig({ ...options, cwd });
		expect(config.repositoryRoot).toBe(path("repo"));
		expect(config.get(defaultsSection).parallel).toBe(2);
	},
);

test("a submodule whose repository is not around it is a repository of its own", async () => {
	const { options, path } = await createConfigWorld({
		"alone/.git": "gitdir: ../gone/.git/modules/alone\n",
	});
	const config = await loadConfig({ ...options, cwd: path("alone") });
	expect(config.repositoryRoot).toBe(path("alone"));
});

test("outside of any repository only the folder we stand in is looked at", async () => {
	const { options, path } = await createConfigWorld({
		"plain/.llorch.toml": "[fanout.defaults]\nparallel = 3",
		"plain/below/": "",
	});
	const at = (cwd: string) => loadConfig({ ...options, cwd: path(cwd) });
	const here = await at("plain");
	expect(here.get(defaultsSection).parallel).toBe(3);
	expect(here.repositoryRoot).toBeUndefined();
	expect((await at("plain/below")).get(defaultsSection).parallel).toBe(4);
});

test("XDG_CONFIG_HOME moves the user's file, and is ignored when relative", async () => {
	const { options, path } = await createConfigWorld({
		"xdg/llorch/config.toml": "[fanout.defaults]\nparallel = 5",
	});
	const withXdg = (XDG_CONFIG_HOME: string) =>
		loadConfig({ ...options, env: { XDG_CONFIG_HOME } });
	const moved = await withXdg(path("xdg"));
	expect(moved.get(defaultsSection).parallel).toBe(5);
	expect((await withXdg("xdg")).files[1]?.path).toBe(path(USER));
});

test("a named file stands in the project file's place", async () => {
	const { options, path } = await createConfigWorld({
		[USER]: '[models]\nbase_dir = "user"',
		[PROJECT]: "[fanout.defaults]\nparallel = 2",
		"other.toml": "[fanout.defaults]\nparallel = 9",
		"repo/here.toml": "[fanout.defaults]\nparallel = 10",
	});
	const env = { LLORCH_CONFIG_PATH: "~/other.toml" };
	const byEnv = await loadConfig({ ...options, env });
	expect(byEnv.get(defaultsSection).parallel).toBe(9);
	expect(byEnv.get(modelsSection).base_dir).toBe("user");
	expect(byEnv.origin(defaultsSection, "parallel")).toEqual({
		kind: "file",
		path: path("other.toml"),
	});
	const byFlag = await loadConfig({ ...options, env, configFile: "here.toml" });
	expect(byFlag.get(defaultsSection).parallel).toBe(10);
	expect(byFlag.files).toEqual([
		{ path: path("repo/here.toml"), kind: "file", exists: true },
		{ path: path(USER), kind: "user", exists: true },
	]);
});

test("naming the user's own file reads it once", async () => {
	const { options, path } = await createConfigWorld({ [USER]: "typo = 1" });
	const { files, problems } = await checkConfig({
		...options,
		configFile: path(USER),
	});
	expect(files).toEqual([{ path: path(USER), kind: "file", exists: true }]);
	expect(problems).toHaveLength(1);
});

test("a named file that does not exist is an error that says who named it", async () => {
	const { options } = await createConfigWorld({});
	await expect(
		loadConfig({ ...options, configFile: "absent.toml" }),
	).rejects.toMatchObject({
		info: {
			code: "LLORCH_CONFIG_MISSING",
			message: "absent.toml: there is no such file (--config names it)",
		},
	});
	await expect(
		loadConfig({ ...options, env: { LLORCH_CONFIG_PATH: "/absent.toml" } }),
	).rejects.toMatchObject({
		info: {
			code: "LLORCH_CONFIG_MISSING",
			message:
				"/absent.toml: there is no such file (LLORCH_CONFIG_PATH names it)",
		},
	});
});

test("what cannot be read is an error, not an absent file", async () => {
	const { options, path } = await createConfigWorld({ [`${PROJECT}/`]: "" });
	await expect(loadConfig(options)).rejects.toMatchObject({
		info: {
			code: "LLORCH_CONFIG_UNREADABLE",
			message: ".llorch.toml: cannot be read (it is a folder)",
		},
	});
	const { files } = await checkConfig(options);
	expect(files[0]).toEqual({
		path: path(PROJECT),
		kind: "project",
		exists: true,
	});
});

test("a pipe that nobody writes to is refused, and not waited for", async () => {
	const { options, path } = await createConfigWorld({});
	execFileSync("mkfifo", [path(PROJECT)]);
	await expect(loadConfig(options)).rejects.toThrow(
		".llorch.toml: cannot be read (it is a named pipe)",
	);
});

test("all problems of all sources come in one error, by file and line", async () => {
	const { options, path } = await createConfigWorld({
		[USER]: "\n\n[fanout.defaults]\nparallel = 99\n",
		[PROJECT]:
			'[models]\nendpoint = "ftp://x"\nbase_dri = 1\n[fanuot]\na = 1\n[fanout]\ndefaults = 3\n[modles]\n',
	});
	const error = await loadConfig({
		...options,
		env: { LLORCH_PARALLEL: "many" },
		flags: [{ flag: "--parallel", key: "fanout.defaults.parallel", value: 0 }],
	}).catch((error) => error);
	expect(error.info.code).toBe("LLORCH_CONFIG_INVALID");
	expect(error.message).toBe(
		[
			"the configuration has 8 problems:",
			"--parallel: fanout.defaults.parallel must be a whole number from 1 to 64 (got 0)",
			'LLORCH_PARALLEL: fanout.defaults.parallel must be a whole number from 1 to 64 (got "many")',
			'.llorch.toml:2: models.endpoint must be an http address (got "ftp://x")',
			'.llorch.toml:3: unknown key "models.base_dri" (did you mean "models.base_dir"?)',
			'.llorch.toml:4: unknown key "fanuot" (did you mean "fanout"?)',
			".llorch.toml:7: fanout.defaults must be a table (got 3)",
			'.llorch.toml:8: unknown key "modles" (did you mean "models"?)',
			"~/.config/llorch/config.toml:4: fanout.defaults.parallel must be a whole number from 1 to 64 (got 99)",
		].join("\n"),
	);
	expect(error.info.details.problems[1]).toEqual({
		code: "LLORCH_CONFIG_INVALID",
		where: "LLORCH_PARALLEL",
		text: 'fanout.defaults.parallel must be a whole number from 1 to 64 (got "many")',
		name: "LLORCH_PARALLEL",
	});
	expect(error.info.details.problems[3]).toEqual({
		code: "LLORCH_CONFIG_INVALID",
		where: ".llorch.toml:3",
		text: 'unknown key "models.base_dri" (did you mean "models.base_dir"?)',
		path: path(PROJECT),
		line: 3,
		column: 1,
	});
});

test("wrong flags alone are wrong usage", async () => {
	const { options } = await createConfigWorld({});
	await expect(
		loadConfig({
			...options,
			flags: [
				{ flag: "--parallel", key: "fanout.defaults.parallel", value: 1.5 },
			],
		}),
	).rejects.toMatchObject({ info: { code: "LLORCH_USAGE" } });
});

test("a flag for an undeclared key is a bug", async () => {
	const { options } = await createConfigWorld({});
	await expect(
		loadConfig({ ...options, flags: [{ flag: "--x", key: "a.b", value: 1 }] }),
	).rejects.toThrow(new Error("--x sets a.b, which no section declares"));
});

test("a section that was not given is a bug", async () => {
	const { options } = await createConfigWorld({});
	const config = await loadConfig({ ...options, sections: [] });
	expect(() => config.get(modelsSection)).toThrow(
		new Error("the section models was not loaded"),
	);
});

test.each([
	["a = 1\nb = ", ".llorch.toml:2: not valid TOML: invalid value"],
	["a = 1\na = 2", /^\.llorch\.toml:2: not valid TOML: trying to redefine/],
	["x = 99999999999999999999", /^\.llorch\.toml:1: not valid TOML: integer/],
	[Uint8Array.of(0x61, 0x0a, 0xff), ".llorch.toml:2: this is not UTF-8 text"],
])(
	"text that is no TOML is a problem with its line: %j",
	async (text, message) => {
		const { options } = await createConfigWorld({ [PROJECT]: text });
		await expect(loadConfig(options)).rejects.toThrow(message);
	},
);

test("a byte order mark and Windows line endings are no problem", async () => {
	const { options } = await createConfigWorld({
		[PROJECT]: "\ufeff[fanout.defaults]\r\nparallel = 2\r\ntypo = 1\r\n",
	});
	const { problems } = await checkConfig(options);
	expect(problems).toMatchObject([{ where: ".llorch.toml:3" }]);
});

test.each([
	["version = 1", []],
	["version = 2\nnew_key = 1", ["LLORCH_CONFIG_TOO_NEW"]],
	["version = 0", ["LLORCH_CONFIG_INVALID"]],
	[
		'version = "1"\nother = 1',
		["LLORCH_CONFIG_INVALID", "LLORCH_CONFIG_INVALID"],
	],
])("versions: %j", async (text, codes) => {
	const { options } = await createConfigWorld({ [PROJECT]: text });
	const { problems } = await checkConfig(options);
	expect(problems.map((problem) => problem.code)).toEqual(codes);
});

test("a file for a newer llorch says both versions", async () => {
	const { options } = await createConfigWorld({ [PROJECT]: "version = 2" });
	await expect(loadConfig(options)).rejects.toThrow(
		".llorch.toml:1: this file has version 2, and this llorch reads version 1",
	);
});

test("secrets in values are not echoed", async () => {
	const { options } = await createConfigWorld({
		[PROJECT]: '[models]\nendpoint = "ftp://me:secret@host"',
	});
	await expect(loadConfig(options)).rejects.toThrow('(got "ftp://***@host")');
});

test("a text is checked before it is written", async () => {
	const { options } = await createConfigWorld({});
	const report = await checkConfigText("\ufeff\n[models]\nbase = 1\n", {
		...options,
		renames: [{ from: "models.base", note: "is retired" }],
		path: "/x/.llorch.toml",
		shown: "the new file",
	});
	expect(report).toEqual({
		problems: [],
		notes: ["the new file:3: models.base is retired"],
	});
});
