import { defineSection } from "@llorch/core";
import { expect, test } from "vitest";
import { checkConfigText, loadConfig } from "./load.ts";
import type { Rename } from "./schema.ts";

const sections = [
	defineSection("models", {
		base_dir: { type: "string", default: "", describe: "" },
	}),
	defineSection("build", {
		default_backend: {
			type: "string",
			default: "",
			choices: ["cpu", "cuda"],
			describe: "",
		},
	}),
] as const;

const renames: Rename[] = [
	{ from: "general.model_base_dir", to: "models.base_dir" },
	{
		from: "build.cuda",
		to: "build.default_backend",
		value: (old) => (old === true ? "cuda" : undefined),
	},
	{ from: "build.jobs", note: "is retired: cargo decides" },
	{
		env: "LLORCH_REMOTE_HOST",
		note: "is retired: nothing becomes remote without --remote",
	},
];

const check = (text: string) =>
	checkConfigText(text, {
		sections,
		renames,
		path: "/x.toml",
		shown: "x.toml",
	});

test.each([
	[
		'[general]\nmodel_base_dir = "m"',
		["x.toml:2: general.model_base_dir is now models.base_dir"],
	],
	[
		"[build]\ncuda = true",
		['x.toml:2: build.cuda is now build.default_backend = "cuda"'],
	],
	[
		"[build]\ncuda = false",
		["x.toml:2: build.cuda is now build.default_backend"],
	],
	["[build]\njobs = 3", ["x.toml:2: build.jobs is retired: cargo decides"]],
	[
		'[general]\nmodel_base_dir = "m"\n[models]\nbase_dir = "n"',
		[
			"x.toml:2: general.model_base_dir is ignored: models.base_dir, its new name, stands here too",
		],
	],
])("an old name is told: %j", async (text, notes) => {
	expect(await check(text)).toEqual({ problems: [], notes });
});

test("a wrong value is told under the name that stands in the file", async () => {
	const { problems } = await check("[general]\nmodel_base_dir = 3");
	expect(problems).toMatchObject([
		{
			where: "x.toml:2",
			text: "general.model_base_dir must be a string (got 3)",
		},
	]);
});

test("old names are never suggested", async () => {
	const { problems } = await check("genral = 1\n[general]\nmodel_base_dri = 1");
	expect(problems.map((problem) => problem.text)).toEqual([
		'unknown key "genral"',
		'unknown key "general.model_base_dri"',
	]);
});

test("a known key in the wrong table is pointed to its own", async () => {
	const { problems } = await check("[build]\nbase_dir = 'x'");
	expect(problems.map((problem) => problem.text)).toEqual([
		'unknown key "build.base_dir" (did you mean "models.base_dir"?)',
	]);
});

test("a retired variable is noted when it is set", async () => {
	const load = (env: Record<string, string>) =>
		loadConfig({ sections, renames, env, cwd: "/nowhere", home: "/nowhere" });
	expect((await load({ LLORCH_REMOTE_HOST: "mac" })).notes).toEqual([
		"LLORCH_REMOTE_HOST is retired: nothing becomes remote without --remote",
	]);
	expect((await load({ LLORCH_REMOTE_HOST: "" })).notes).toEqual([]);
});
