import { expect, test } from "vitest";
import { llorch } from "./session.ts";

test("--help shows every domain, and the page of a command shows its options and examples", async () => {
	const overview = await llorch("--help");
	expect(overview).toMatchObject({ stderr: "", code: 0 });
	// What people come for stands first.
	expect(overview.stdout.match(/^[A-Z][a-z-]+$|^llorch itself$/gm)).toEqual([
		...["Models", "Fan-out", "Git", "Hosts", "Build", "Test"],
		...["Development", "Configuration", "llorch itself"],
	]);
	const page = await llorch("explain --help");
	expect(page.stdout).toContain("Usage: llorch explain <code>");
	expect(page.stdout).toContain("llorch explain LLORCH_DIGEST_MISMATCH");
	expect(await llorch("help explain")).toEqual(page);
	const short = await llorch("fanout --help");
	expect(short.stdout).toContain("Usage: llorch fanout run");
	expect(await llorch("fanout -m echo --help")).toEqual(short);
});

test.each([
	[
		"explan LLORCH_USAGE",
		'error: there is no command "llorch explan" (did you mean "llorch explain"?)\n  next: llorch --help\n',
	],
	[
		"explain --jsn LLORCH_USAGE",
		"error: llorch explain has no option --jsn (did you mean --json?)\n  next: llorch explain --help\n",
	],
	[
		"models verify tiny --al",
		"error: llorch models verify has no option --al (did you mean --all?)\n  next: llorch models verify --help\n",
	],
	[
		"dev doctor now",
		'error: llorch dev doctor: extraneous positional argument ("now")\n  next: llorch dev doctor --help\n',
	],
	[
		"explain",
		"error: llorch explain: an argument is missing (llorch explain <code> [options])\n  next: llorch explain --help\n",
	],
	[
		"remote exec --lease -1 mac ls",
		'error: --lease must be a number from 0 to 604800 (got "-1")\n  next: llorch remote exec --help\n',
	],
	[
		"remote hosts add mac --port 22a",
		'error: --port must be a whole number from 1 to 65535 (got "22a")\n  next: llorch remote hosts add --help\n',
	],
	[
		"test logs -n -3",
		'error: -n must be a whole number from 1 to 1000000 (got "-3")\n  next: llorch test logs --help\n',
	],
	[
		"test inference --device 64",
		'error: --device must be a whole number from 0 to 63 (got "64")\n  next: llorch test inference --help\n',
	],
	[
		"fanout --timeout --json=-1",
		"error: llorch fanout: --timeout needs a value\n  next: llorch fanout --help\n",
	],
	[
		"fanout --timeout -- -1",
		"error: llorch fanout: --timeout needs a value\n  next: llorch fanout --help\n",
	],
	[
		"--jsn explain",
		"error: llorch needs an action before --jsn: options come after the command's words\n  next: llorch --help\n",
	],
])("wrong usage: %s", async (line, stderr) => {
	expect(await llorch(line)).toEqual({ stdout: "", stderr, code: 2 });
});

test("wrong usage under --json is the envelope, on stdout", async () => {
	const run = await llorch("explan --json");
	expect(run).toMatchObject({ stderr: "", code: 2 });
	expect(JSON.parse(run.stdout)).toEqual({
		ok: false,
		exit: 2,
		error: {
			code: "LLORCH_USAGE",
			message:
				'there is no command "llorch explan" (did you mean "llorch explain"?)',
			run: ["--help"],
		},
	});
});

test("an interrupted command ends with 130 and no stack", async () => {
	const run = await llorch("explain LLORCH_BUG", {
		interrupted: (interrupt) => interrupt("LLORCH_INTERRUPTED"),
	});
	expect(run).toEqual({
		stdout: "",
		stderr: "error: interrupted\n",
		code: 130,
	});
});
