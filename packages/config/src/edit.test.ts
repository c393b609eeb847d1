import { expect, test } from "vitest";
import { type ConfigEdit, editConfigText } from "./edit.ts";

const edit = (text: string, path: string, value: ConfigEdit["value"]) =>
	editConfigText(text, [{ path: path.split("/"), value }]);

const FILE = `# My file.
version = 1

[remote]            # hosts
lease = 60          # seconds
groups = { gpu = ["mac"] }

# The one in the attic.
[remote.hosts.mac]
port = 22 # ssh
user = "ada"

[models] # links
base_dir = "x"
`;

test("a value is replaced, and its comment stays", async () => {
	expect(await edit(FILE, "remote/lease", 0)).toBe(
		FILE.replace("lease = 60 ", "lease = 0 "),
	);
});

test("the same value changes nothing, not even its notation", async () => {
	const text = "a = 0x10\nb = [ 1,\n 2 ]\nc = 'x'\nd = [{ x = 1 }]\n";
	expect(
		await editConfigText(text, [
			{ path: ["a"], value: 16 },
			{ path: ["b"], value: [1, 2] },
			{ path: ["c"], value: "x" },
			{ path: ["d"], value: [{ x: 1 }] },
		]),
	).toBe(text);
});

test("a new key follows the last one of its table", async () => {
	expect(await edit(FILE, "remote/hosts/mac/repo_path", "~/x")).toBe(
		FILE.replace('user = "ada"\n', 'user = "ada"\nrepo_path = "~/x"\n'),
	);
	expect(await edit(FILE, "remote/ssh_config", "~/c")).toBe(
		FILE.replace('["mac"] }\n', '["mac"] }\nssh_config = "~/c"\n'),
	);
});

test("a new host is a new table at the end", async () => {
	expect(
		await edit(FILE, "remote/hosts/gpu box", { host: "10.0.0.2", port: 22 }),
	).toBe(`${FILE}\n[remote.hosts."gpu box"]\nhost = "10.0.0.2"\nport = 22\n`);
	expect(await edit(FILE, "remote/hosts/gpu/port", 22)).toBe(
		`${FILE}\n[remote.hosts.gpu]\nport = 22\n`,
	);
});

test("a host is removed with the comment above it, and leaves one empty line", async () => {
	expect(await edit(FILE, "remote/hosts/mac", undefined)).toBe(
		FILE.replace(/# The one.*"ada"\n\n/s, ""),
	);
});

test("a removed key takes its line, and no other comment", async () => {
	expect(await edit(FILE, "remote/hosts/mac/port", undefined)).toBe(
		FILE.replace("port = 22 # ssh\n", ""),
	);
	expect(await edit("# a\na = 1\n# b\n", "a", undefined)).toBe("# a\n# b\n");
});

test("what is not there is removed without a change", async () => {
	expect(await edit(FILE, "remote/hosts/gpu", undefined)).toBe(FILE);
});

test("setting a table keeps the keys that stay", async () => {
	expect(
		await edit(FILE, "remote/hosts/mac", { port: 22, host: "mac.lan" }),
	).toBe(FILE.replace('user = "ada"\n', 'host = "mac.lan"\n'));
});

test("several changes follow each other", async () => {
	expect(
		await editConfigText("", [
			{ path: ["remote", "hosts", "mac", "port"], value: 22 },
			{ path: ["remote", "hosts", "mac", "user"], value: "ada" },
			{ path: ["version"], value: 1 },
			{ path: ["remote", "hosts", "mac", "port"], value: undefined },
		]),
	).toBe('version = 1\n\n[remote.hosts.mac]\nuser = "ada"\n');
});

test.each([
	[
		"a key of no table, beside others",
		"a = 1\n\n[t]\n",
		"b",
		2,
		"a = 1\nb = 2\n\n[t]\n",
	],
	["a key of no table, above all", "# t\n[t]\n", "b", 2, "b = 2\n\n# t\n[t]\n"],
	["a key in a text of comments", "# c\n", "b", 2, "# c\nb = 2\n"],
	[
		"a key after the header",
		"[t] # c\n\n[u]\n",
		"t/a",
		1,
		"[t] # c\na = 1\n\n[u]\n",
	],
	[
		"a key, indented as its neighbour",
		"[t]\n\ta = 1\n",
		"t/b",
		2,
		"[t]\n\ta = 1\n\tb = 2\n",
	],
	[
		"a key after a long value",
		'[t]\na = """\n[u]\n""" # c\n[u]\n',
		"t/b",
		2,
		'[t]\na = """\n[u]\n""" # c\nb = 2\n[u]\n',
	],
	["no last line ending, a key", "[t]\na = 1", "t/b", 2, "[t]\na = 1\nb = 2"],
	["no last line ending, a table", "a = 1", "t/b", 2, "a = 1\n\n[t]\nb = 2"],
	[
		"no last line ending, the last key goes",
		"a = 1\nb = 2",
		"b",
		undefined,
		"a = 1\n",
	],
	[
		"an empty line is at the end already",
		"a = 1\n\n",
		"t/b",
		2,
		"a = 1\n\n[t]\nb = 2\n",
	],
	[
		"a table above its sub-tables",
		"[t.u]\na = 1\n",
		"t/b",
		2,
		"[t.u]\na = 1\n\n[t]\nb = 2\n",
	],
	[
		"a deep path",
		"[t]\na = 1\n",
		"t/u/v/w",
		true,
		"[t]\na = 1\n\n[t.u.v]\nw = true\n",
	],
	["inline, empty", "t = {}\n", "t/a", 1, "t = { a = 1 }\n"],
	[
		"inline, after the last",
		"t = { a = 1 } # c\n",
		"t/b",
		2,
		"t = { a = 1, b = 2 } # c\n",
	],
	[
		"inline, over lines, with a last comma",
		"t = {\n  a = 1, # a\n}\n",
		"t/b",
		2,
		"t = {\n  a = 1, b = 2, # a\n}\n",
	],
	["inline, deep", "t = { a = 1 }\n", "t/u/v", 2, "t = { a = 1, u.v = 2 }\n"],
	[
		"inline, a table",
		"t = { a = 1 }\n",
		"t/u",
		{ v: 1 },
		"t = { a = 1, u = { v = 1 } }\n",
	],
	[
		"inline, dotted",
		"t = { u.a = 1, b = 1 }\n",
		"t/u/c",
		2,
		"t = { u.a = 1, u.c = 2, b = 1 }\n",
	],
	[
		"inline, all of it anew",
		"t = { a = 1, b = 2 }\n",
		"t",
		{ b: 3 },
		"t = { b = 3 }\n",
	],
	[
		"dotted keys go on",
		"[t]\nu.a = 1\nz = 1\n",
		"t/u/b",
		2,
		"[t]\nu.a = 1\nu.b = 2\nz = 1\n",
	],
	[
		"dotted keys go on above all tables",
		"t.a = 1\n[v]\n",
		"t/u/b",
		2,
		"t.a = 1\nt.u.b = 2\n[v]\n",
	],
	[
		"a dotted table becomes empty",
		"[t]\nu.a = 1\n",
		"t/u",
		{},
		"[t]\n\n[t.u]\n",
	],
	["an empty table", "", "t", {}, "[t]\n"],
	[
		"a quoted key is found",
		"[\"t\"]\n'a b' = 1\n",
		"t/a b",
		2,
		"[\"t\"]\n'a b' = 2\n",
	],
	["a table becomes a value", "[t]\na = 1\n\n[u]\n", "t", 5, "t = 5\n\n[u]\n"],
	["a value becomes a table", "t = 1\n", "t", { a: 1 }, "t = { a = 1 }\n"],
	[
		"a list of tables becomes a list",
		"[[t]]\na = 1\n[[t.u]]\n[[t]]\n",
		"t",
		[1],
		"t = [1]\n",
	],
	[
		"a list of tables becomes a table",
		"[[t]]\na = 1\n",
		"t",
		{ a: 1 },
		"[t]\na = 1\n",
	],
	[
		"Windows line endings",
		"# c\r\n[t]\r\na = 1\r\n",
		"t/b",
		2,
		"# c\r\n[t]\r\na = 1\r\nb = 2\r\n",
	],
	[
		"Windows line endings, a new table",
		"a = 1\r\n",
		"t/b",
		2,
		"a = 1\r\n\r\n[t]\r\nb = 2\r\n",
	],
	[
		"Windows line endings, a table goes",
		"a = 1\r\n\r\n[t]\r\nb = 2\r\n\r\n[u]\r\n",
		"t",
		undefined,
		"a = 1\r\n\r\n[u]\r\n",
	],
	["a byte order mark", "\ufeffa = 1\n", "a", 2, "\ufeffa = 2\n"],
	[
		"letters of two code units",
		'a = "😀" # 😀\nb = 1\n',
		"b",
		2,
		'a = "😀" # 😀\nb = 2\n',
	],
	[
		"inline, the first goes",
		"t = { a = 1, b = 2 }\n",
		"t/a",
		undefined,
		"t = { b = 2 }\n",
	],
	[
		"inline, the last goes",
		"t = { a = 1, b = 2 }\n",
		"t/b",
		undefined,
		"t = { a = 1 }\n",
	],
	[
		"inline, the only one goes",
		"t = { a = 1 }\n",
		"t/a",
		undefined,
		"t = {}\n",
	],
	[
		"a table in many places goes",
		"x.t.a = 1\n[x.u]\n[y]\n",
		"x",
		undefined,
		"[y]\n",
	],
	["the first table goes", "[t]\na = 1\n\n[u]\n", "t", undefined, "[u]\n"],
	[
		"the last table goes",
		"[t]\na = 1\n\n[u]\nb = 1\n",
		"u",
		undefined,
		"[t]\na = 1\n",
	],
	[
		"tables without empty lines between them",
		"[t]\n[u]\n[v]\n",
		"u",
		undefined,
		"[t]\n[v]\n",
	],
	[
		"a comment after a removed table stays",
		"[t]\na = 1\n# more\n\n[u]\n",
		"t",
		undefined,
		"# more\n\n[u]\n",
	],
])("%s", async (_, text, path, value, expected) => {
	expect(await edit(text, path, value as ConfigEdit["value"])).toBe(expected);
});

test.each([
	["a = 1", "a/b", "a"],
	["a = [{ b = 1 }]", "a/b/c", "a"],
	["[[a]]\nb = 1", "a/b", "a"],
])(
	"a path through something that is no table is refused: %j",
	async (text, path, what) => {
		const error = await editConfigText(
			text,
			[{ path: path.split("/"), value: 1 }],
			"x.toml",
		).catch((error) => error);
		expect(error.info).toEqual({
			code: "LLORCH_CONFIG_NOT_EDITABLE",
			message: `x.toml: ${path.replaceAll("/", ".")} cannot be set, because ${what} is not a table`,
			hint: "Change the file by hand.",
		});
	},
);

test("text that is no TOML is not changed", async () => {
	const error = await edit("a = 1\nb =", "a", 2).catch((error) => error);
	expect(error.info.code).toBe("LLORCH_CONFIG_INVALID");
	expect(error.message).toMatch(/^the configuration:2: not valid TOML: /);
});

test("null is a bug", async () => {
	await expect(edit("", "a", null)).rejects.toThrow("TOML has no null");
});
