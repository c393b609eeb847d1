import { basename } from "node:path";
import { type AnySection, defineSection } from "@llorch/core";
import { expect, test } from "vitest";
import { createWorld, PROJECT, USER } from "../test/world.ts";
import type { Origin } from "./config.ts";
import { checkConfigText, loadConfig } from "./load.ts";
import { formatProblem } from "./problems.ts";

type Host = { port: number; repo_path: string; user?: string };

const remote = defineSection<{
	hosts: Readonly<Record<string, Host>>;
	groups: Readonly<Record<string, readonly string[]>>;
}>("remote", {
	hosts: {
		type: "table",
		default: {},
		describe: "Hosts",
		check: (hosts) =>
			"all" in hosts ? 'without a host named "all"' : undefined,
		entries: {
			port: {
				type: "integer",
				default: 22,
				range: [1, 65_535],
				describe: "Port",
				check: (port: number) => (port === 666 ? "another port" : undefined),
			},
			user: { type: "string", default: undefined, describe: "User" },
			repo_path: {
				type: "string",
				default: "~/repo",
				env: "LLORCH_REMOTE_PATH",
				describe: "Where commands run",
			},
		},
	},
	groups: {
		type: "table",
		default: { none: [] },
		describe: "Groups",
	},
});

const all = defineSection("all", {
	text: { type: "string", default: "", env: "A_TEXT", describe: "" },
	ratio: {
		type: "number",
		default: 0.5,
		range: [0, 1],
		env: "A_RATIO",
		describe: "",
	},
	any: { type: "number", default: 0, env: "A_ANY", describe: "" },
	color: {
		type: "boolean",
		default: true as boolean,
		env: [
			{ name: "NO_COLOR", read: () => false },
			{
				name: "CLICOLOR_FORCE",
				read: (text) => (text === "0" ? undefined : true),
			},
			{ name: "A_COLOR" },
		],
		describe: "",
	},
	words: {
		type: "strings",
		default: ["x"] as readonly string[],
		env: "A_WORDS",
		describe: "",
	},
	modes: {
		type: "strings",
		default: [] as readonly string[],
		choices: ["fast", "safe"],
		describe: "",
	},
	models: {
		type: "list",
		default: [] as readonly unknown[],
		describe: "",
		check: (models) =>
			models.every((model) => typeof model === "string")
				? undefined
				: "a list of names",
	},
});

const sections: readonly AnySection[] = [remote, all];

async function load(
	files: { project?: string; user?: string },
	env: Record<string, string> = {},
) {
	const { surroundings } = await createWorld({
		[USER]: files.user ?? "",
		[PROJECT]: files.project ?? "",
	});
	return loadConfig({ sections, ...surroundings, env });
}

async function problemsOf(text: string): Promise<string[]> {
	const { problems } = await checkConfigText(text, { sections, path: "x" });
	return problems.map(formatProblem);
}

test.each([
	["text = 'a'", { text: "a" }],
	["ratio = 1", { ratio: 1 }],
	["any = -1e3", { any: -1000 }],
	["color = false", { color: false }],
	["words = ['a', 'b']", { words: ["a", "b"] }],
	["modes = ['safe']", { modes: ["safe"] }],
	["models = ['a']", { models: ["a"] }],
])("a value of the right type counts: %s", async (line, value) => {
	const config = await load({ project: `[all]\n${line}` });
	expect(config.get(all)).toMatchObject(value);
});

test.each([
	["text = 1", "x:2: all.text must be a string (got 1)"],
	["text = 2024-01-01", "x:2: all.text must be a string (got 2024-01-01)"],
	["ratio = '1'", 'x:2: all.ratio must be a number from 0 to 1 (got "1")'],
	["ratio = 1.5", "x:2: all.ratio must be a number from 0 to 1 (got 1.5)"],
	["any = nan", "x:2: all.any must be a number (got nan)"],
	["color = 'yes'", 'x:2: all.color must be true or false (got "yes")'],
	["words = 'a'", 'x:2: all.words must be a list of strings (got "a")'],
	[
		"words = [\n 'a',\n 1,\n {},\n]",
		"x:4: all.words[1] must be a string (got 1)",
		"x:5: all.words[2] must be a string (got {})",
	],
	[
		"modes = ['slow']",
		'x:2: all.modes[0] must be "fast" or "safe" (got "slow")',
	],
	["models = {}", "x:2: all.models must be a list (got {})"],
	["models = [1]", "x:2: all.models must be a list of names (got [1])"],
])("a value of a wrong type is told: %s", async (line, ...problems) => {
	expect(await problemsOf(`[all]\n${line}`)).toEqual(problems);
});

test.each([
	[{ A_TEXT: " as it is " }, { text: " as it is " }],
	[{ A_TEXT: "" }, { text: "" }],
	[{ A_RATIO: " .25 " }, { ratio: 0.25 }],
	[{ A_ANY: "-2e3" }, { any: -2000 }],
	[{ A_COLOR: "1" }, { color: true }],
	[{ A_COLOR: "Off" }, { color: false }],
	[{ A_COLOR: "no" }, { color: false }],
	[{ A_WORDS: "a, b c ,,d" }, { words: ["a", "b c", "d"] }],
	[{ NO_COLOR: "anything", CLICOLOR_FORCE: "1" }, { color: false }],
	[{ NO_COLOR: "", CLICOLOR_FORCE: "1" }, { color: true }],
	[{ CLICOLOR_FORCE: "0", A_COLOR: "0" }, { color: false }],
	[{ CLICOLOR_FORCE: "0" }, { color: true }],
])("the environment is read: %j", async (env, value) => {
	const config = await load({}, env);
	expect(config.get(all)).toMatchObject(value);
});

test.each([
	[{ A_RATIO: "2" }, "A_RATIO: all.ratio must be a number from 0 to 1 (got 2)"],
	[{ A_ANY: "0x10" }, 'A_ANY: all.any must be a number (got "0x10")'],
	[
		{ A_COLOR: "maybe" },
		'A_COLOR: all.color must be true or false (got "maybe")',
	],
])("a variable with a wrong value is told: %j", async (env, message) => {
	await expect(load({}, env)).rejects.toThrow(message);
});

test("files add to each other's tables, and the stronger one wins key by key", async () => {
	const config = await load({
		user: "[remote.hosts.mac]\nport = 2222\nuser = 'ada'\n[remote.hosts.gpu]\n[remote.groups]\nslow = ['gpu']\nboth = ['mac']",
		project:
			"[remote.hosts]\nmac.port = 22\nnew = {}\n[remote]\ngroups = { both = ['mac', 'gpu'] }",
	});
	expect(config.get(remote)).toEqual({
		hosts: {
			mac: { port: 22, user: "ada", repo_path: "~/repo" },
			gpu: { port: 22, repo_path: "~/repo" },
			new: { port: 22, repo_path: "~/repo" },
		},
		groups: { slow: ["gpu"], both: ["mac", "gpu"] },
	});
	expect(config.origin(remote, "hosts").kind).toBe("project");
	const entries = await config.entries();
	expect(
		entries
			.filter(({ section }) => section === "remote")
			.map(({ key, value, origin }) =>
				[key, JSON.stringify(value), nameOrigin(origin)].join(" "),
			),
	).toEqual([
		"hosts.mac.port 22 .llorch.toml:2",
		'hosts.mac.user "ada" config.toml:3',
		'hosts.mac.repo_path "~/repo" default',
		"hosts.gpu.port 22 default",
		"hosts.gpu.user  default",
		'hosts.gpu.repo_path "~/repo" default',
		"hosts.new.port 22 default",
		"hosts.new.user  default",
		'hosts.new.repo_path "~/repo" default',
		'groups.slow ["gpu"] config.toml:6',
		'groups.both ["mac","gpu"] .llorch.toml:5',
	]);
});

test("an empty table takes the default's place", async () => {
	const config = await load({ project: "[remote]\ngroups = {}" });
	expect(config.get(remote).groups).toEqual({});
	expect((await load({})).get(remote).groups).toEqual({ none: [] });
	expect(await config.entries()).toContainEqual({
		section: "remote",
		key: "groups",
		value: {},
		origin: {
			kind: "project",
			path: expect.stringContaining(".llorch.toml"),
			line: 2,
		},
		describe: "Groups",
	});
});

test("a variable of an entry's key is said of every entry", async () => {
	const config = await load(
		{ project: "[remote.hosts.mac]\nrepo_path = 'x'\n[remote.hosts.gpu]" },
		{ LLORCH_REMOTE_PATH: "/srv" },
	);
	const { hosts } = config.get(remote);
	expect(Object.values(hosts).map((host) => host.repo_path)).toEqual([
		"/srv",
		"/srv",
	]);
	expect(await config.entries()).toContainEqual(
		expect.objectContaining({
			key: "hosts.gpu.repo_path",
			origin: { kind: "env", name: "LLORCH_REMOTE_PATH" },
		}),
	);
});

test.each([
	[
		"[remote.hosts.gpu1]\nport = '22a'",
		'x:2: remote.hosts.gpu1.port must be a whole number from 1 to 65535 (got "22a")',
	],
	[
		"[remote.hosts.gpu1]\nport = 666",
		"x:2: remote.hosts.gpu1.port must be another port (got 666)",
	],
	["[remote.hosts]\nmac = 1", "x:2: remote.hosts.mac must be a table (got 1)"],
	[
		"[remote.hosts.'mac mini']\nprot = 1",
		'x:2: unknown key "remote.hosts."mac mini".prot" (did you mean "remote.hosts."mac mini".port"?)',
	],
	["[remote]\nhosts = 1", "x:2: remote.hosts must be a table (got 1)"],
	[
		"[remote.hosts.all]",
		'x:1: remote.hosts must be without a host named "all" (got { all = {} })',
	],
	[
		"[remote.hosts.mac]\nconstructor = 1",
		'x:2: unknown key "remote.hosts.mac.constructor"',
	],
	["[[remote]]", "x:1: remote must be a table (got [{}])"],
])("what is wrong in a table is told: %j", async (text, problem) => {
	expect(await problemsOf(text)).toEqual([problem]);
});

test("values are frozen to the bottom, the defaults too", async () => {
	const config = await load({ project: "[remote.hosts.mac]" });
	const { hosts, groups } = config.get(remote);
	for (const value of [
		config,
		config.get(remote),
		hosts,
		hosts.mac,
		groups,
		groups.none,
		config.get(all).words,
	])
		expect(Object.isFrozen(value)).toBe(true);
});

test("a host may have the name of something every object has", async () => {
	const config = await load({ project: "[remote.hosts.toString]\nport = 1" });
	const { hosts } = config.get(remote);
	expect(hosts.toString).toMatchObject({ port: 1 });
	expect(hosts.valueOf).toBeUndefined();
});

function nameOrigin(origin: Origin): string {
	return "path" in origin
		? `${basename(origin.path)}:${origin.line}`
		: origin.kind;
}
