import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "@llorch/core";
import { makeWorld, repositoryRoot, type World } from "@llorch/testkit";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import type { CheckReport, Diagnosis } from "../src/app/doctor/diagnosis.ts";
import { runChecks } from "../src/app/doctor/run-checks.ts";
import { expectRunnable } from "./doctor-world.ts";
import { fixedClock, llorch, type SessionOptions } from "./session.ts";

type Told = {
	ok: boolean;
	exit: number;
	result: Diagnosis;
	error?: { code: string; message: string; details?: unknown };
};

/** A doctor with these checks and no others. */
function doctorWith(...checks: Check[]): SessionOptions {
	const diagnose = ({ signal }: { signal: AbortSignal }) =>
		runChecks(checks, { signal, clock: fixedClock });
	return { parts: { doctor: async () => ({ diagnose }) } };
}

function check(id: string, ...findings: CheckReport["findings"]): Check {
	return {
		id,
		title: `The ${id}`,
		timeoutMs: 10_000,
		run: async () => findings,
	};
}

const good = check("good", { level: "ok", text: "fine" });
const missing = check("tool", {
	level: "warning",
	text: "the tool is not on PATH",
	fix: { run: ["pipx", "install", "the tool"], safe: true },
});
const broken = check(
	"file",
	{ level: "error", text: "line 1 is wrong" },
	{
		level: "error",
		text: "line 2 is wrong",
		fix: { run: ["mv", "a", "a.invalid"], safe: false },
	},
);

test("all is well: one line, and nothing else", async () => {
	const options = doctorWith(good, check("silent"), { ...good, id: "fair" });
	expect(await llorch("dev doctor", options)).toEqual({
		stdout: "all 2 checks passed\n",
		stderr: "",
		code: 0,
	});
	const shown = await llorch("dev doctor --no-color", {
		...options,
		tty: { columns: 80 },
	});
	expect(shown).toMatchObject({ stdout: "✓ all 2 checks passed\n", code: 0 });
});

test("warnings alone are no failure", async () => {
	const run = await llorch("dev doctor", doctorWith(good, missing));
	expect(run).toEqual({
		stdout: "warning\ttool\tthe tool is not on PATH\tpipx install 'the tool'\n",
		stderr: "1 warning, 1 check passed\n",
		code: 0,
	});
});

test("errors come first, each with its fix, and make the exit code 1", async () => {
	const options = doctorWith(missing, good, broken);
	expect(await llorch("dev doctor", options)).toEqual({
		stdout: [
			"error\tfile\tline 1 is wrong\t",
			"error\tfile\tline 2 is wrong\tmv a a.invalid",
			"warning\ttool\tthe tool is not on PATH\tpipx install 'the tool'",
			"",
		].join("\n"),
		stderr:
			"2 errors, 1 warning, 1 check passed\nerror: 1 check found an error: The file (LLORCH_DOCTOR_FOUND_ERRORS)\n",
		code: 1,
	});
	const shown = await llorch("dev doctor --no-color", {
		...options,
		tty: { columns: 80 },
	});
	expect(shown.stdout).toBe(
		[
			"✗ The file: line 1 is wrong",
			"✗ The file: line 2 is wrong",
			"    fix, if you agree: mv a a.invalid",
			"! The tool: the tool is not on PATH",
			"    fix: pipx install 'the tool'",
			"",
		].join("\n"),
	);
	expect(await llorch("dev doctor --quiet", options)).toMatchObject({
		stderr:
			"error: 1 check found an error: The file (LLORCH_DOCTOR_FOUND_ERRORS)\n",
	});
});

test("--json has every check, and result and error beside each other", async () => {
	const run = await llorch("dev doctor --json", doctorWith(good, broken));
	expect(run).toMatchObject({ stderr: "", code: 1 });
	expect(JSON.parse(run.stdout)).toEqual({
		ok: false,
		exit: 1,
		result: {
			version: 1,
			counts: { ok: 1, warning: 0, error: 1, skipped: 0 },
			checks: [
				{
					id: "good",
					title: "The good",
					status: "ok",
					durationMs: 0,
					findings: [{ level: "ok", text: "fine" }],
				},
				{
					id: "file",
					title: "The file",
					status: "error",
					durationMs: 0,
					findings: [
						{ level: "error", text: "line 1 is wrong" },
						{
							level: "error",
							text: "line 2 is wrong",
							fix: { run: ["mv", "a", "a.invalid"], safe: false },
						},
					],
				},
			],
		},
		error: {
			code: "LLORCH_DOCTOR_FOUND_ERRORS",
			message: "1 check found an error: The file",
			details: { checks: ["file"] },
		},
	});
	expectDescribed(JSON.parse(run.stdout));
});

test("what a program says cannot draw on the terminal by way of a fix", async () => {
	const path = "a\u001b[2Jb";
	const odd = check("odd", {
		level: "warning",
		text: path,
		fix: { run: ["git", path], safe: true },
	});
	for (const tty of [undefined, { columns: 80 }]) {
		const options = { ...doctorWith(odd), ...(tty && { tty }) };
		const run = await llorch("dev doctor --no-color", options);
		expect(run.stdout).toContain("git 'ab'");
		expect(run.stdout).not.toContain("\u001b[2J");
	}
});

test("Ctrl-C while a check runs", async () => {
	let interrupt = (): void => {};
	const slow: Check = {
		...good,
		id: "slow",
		run: (signal) =>
			new Promise((_resolve, reject) => {
				signal.addEventListener("abort", () => reject(signal.reason));
				interrupt();
			}),
	};
	const run = await llorch("dev doctor", {
		...doctorWith(slow, good),
		interrupted: (stop) => {
			interrupt = () => stop("LLORCH_INTERRUPTED");
		},
	});
	expect(run).toEqual({
		stdout: "",
		stderr: "error: interrupted\n",
		code: 130,
	});
});

test("the real checks: in a repository, as the schema describes it, every fix runnable", async () => {
	await using world = await makeWorld({ git: true });
	const { result } = await diagnoseIn(world);
	expect(result.checks.map(({ id }) => id)).toEqual(
		expect.arrayContaining([
			"node",
			"git",
			"submodules",
			"config",
			"catalog",
			"model-space",
			"model-files",
			"python",
			"llm.command",
			"llm.plugins",
			"llm.models",
			"llm.keys",
			"hf",
			"cargo",
			"ssh",
			"ssh.agent",
			"gpu",
			"path",
		]),
	);
	expect(statusOf(result, "node")).toBe("ok");
	expect(statusOf(result, "git")).toBe("ok");
	expect(statusOf(result, "config")).toBe("ok");
});

test("on a machine with nothing at all", async () => {
	await using world = await makeWorld({
		systemPrograms: false,
		tools: [],
		env: { HF_HOME: "/no such/cache" },
	});
	const { result, error } = await diagnoseIn(world);
	expect(statusOf(result, "git")).toBe("error");
	expect(statusOf(result, "node")).toBe("ok");
	expect(statusOf(result, "model-space")).not.toBe("error");
	// Looking leaves nothing behind but the log.
	expect(await world.tree("~")).toEqual([
		".gitconfig",
		".local/state/llorch/log/llorch.ndjson",
	]);
	for (const id of ["python", "llm.command", "hf", "cargo", "ssh"])
		expect(statusOf(result, id), id).toBe("warning");
	expect(error?.code).toBe("LLORCH_DOCTOR_FOUND_ERRORS");
});

test("with a broken configuration, outside of any repository", async () => {
	await using world = await makeWorld({
		tools: ["git"],
		files: { "~/.config/llorch/config.toml": "[fanuot]\n" },
	});
	const { result, exit } = await diagnoseIn(world);
	expect(exit).toBe(1);
	expect(statusOf(result, "config")).toBe("error");
	expect(statusOf(result, "git")).toBe("ok");
	expect(statusOf(result, "catalog")).toBe("ok");
	expect(statusOf(result, "model-files")).toBe("ok");
	expect(statusOf(result, "submodules")).toBe("skipped");
});

test("an invalid model catalog is an error", async () => {
	await using world = await makeWorld({
		tools: ["git"],
		files: { "catalog.toml": "version = 1\n[a]\n" },
		env: { LLORCH_MODEL_CATALOG: "catalog.toml" },
	});
	const { result } = await diagnoseIn(world);
	expect(statusOf(result, "catalog")).toBe("error");
	expect(statusOf(result, "model-files")).toBe("skipped");
});

test("with a configuration that cannot be read", async () => {
	await using world = await makeWorld({ tools: ["git"] });
	// A folder in its place cannot be read by anybody, root included.
	await world.write({ "~/.config/llorch/config.toml/file": "" });
	const { result } = await diagnoseIn(world);
	const config = result.checks.find(({ id }) => id === "config");
	expect(config).toMatchObject({
		status: "error",
		findings: [{ text: expect.stringContaining("cannot be read") }],
	});
});

test("with a home that is none", async () => {
	await using world = await makeWorld({
		tools: ["git"],
		files: { "no home": "" },
	});
	const home = world.path("no home");
	const env = { HOME: home, XDG_CONFIG_HOME: "", XDG_STATE_HOME: "" };
	const { result } = await diagnoseIn(world, { home, env });
	expect(statusOf(result, "config")).toBe("ok");
	expect(statusOf(result, "git")).toBe("ok");
});

test("in a folder that is none", async () => {
	const run = await llorch("dev doctor --cwd nowhere");
	expect(run).toMatchObject({
		stdout: "",
		stderr: expect.stringContaining("there is no folder"),
		code: 2,
	});
});

/** Runs the real doctor in a world; its report must be as the schema says, and every fix runnable. */
async function diagnoseIn(
	world: World,
	options: SessionOptions = {},
): Promise<Told> {
	const run = await llorch("dev doctor --json", {
		home: world.home,
		cwd: world.folder,
		...options,
		env: { ...world.env, ...options.env },
	});
	const told = JSON.parse(run.stdout) as Told;
	expectDescribed(told);
	expect(run.code).toBe(told.exit);
	const ids = told.result.checks.map(({ id }) => id);
	expect(new Set(ids).size).toBe(ids.length);
	for (const { findings } of told.result.checks)
		for (const { fix } of findings) if (fix) expectRunnable(fix.run);
	return told;
}

function statusOf(diagnosis: Diagnosis, id: string): string | undefined {
	return diagnosis.checks.find((each) => each.id === id)?.status;
}

/** Holds the output against the written schema, and lets no field pass that it does not describe. */
function expectDescribed(told: unknown): void {
	const file = join(repositoryRoot, "docs", "schemas", "doctor.schema.json");
	const strict = JSON.parse(readFileSync(file, "utf8"), (_key, value) =>
		value?.type === "object"
			? { ...value, additionalProperties: false }
			: value,
	);
	const ajv = new Ajv2020({ allErrors: true });
	ajv.validate(strict, told);
	expect(ajv.errors ?? []).toEqual([]);
}
