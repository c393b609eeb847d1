import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Check, Finding } from "@llorch/core";
import { createLocalRunner } from "@llorch/run";
import {
	llorchSession,
	makeWorld,
	repositoryRoot,
	type World,
} from "@llorch/testkit";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { fixSafely } from "../src/app/doctor/fix.ts";
import { runChecks } from "../src/app/doctor/run-checks.ts";
import { fixedClock, llorch, temporaryHome } from "./session.ts";

let home: string;
beforeEach(() => {
	home = temporaryHome();
});
afterEach(() => rmSync(home, { recursive: true }));

/** Wants a file, and says how it comes to be. */
function wants(name: string, run: readonly string[], safe = true): Check {
	const finding = (): Finding =>
		existsSync(join(home, name))
			? { level: "ok", text: `${name} is there` }
			: { level: "warning", text: `no ${name}`, fix: { run, safe } };
	return {
		id: name,
		title: name,
		timeoutMs: 10_000,
		run: async () => [finding()],
	};
}

function doctorOf(...checks: Check[]) {
	const diagnose = ({ signal }: { signal: AbortSignal }) =>
		runChecks(checks, { signal, clock: fixedClock });
	return { diagnose };
}

const doctor = (line: string, ...checks: Check[]) =>
	llorch(line, { home, parts: { doctor: async () => doctorOf(...checks) } });

test("--fix runs what is safe, each command once, and looks again", async () => {
	const both = ["sh", "-c", "echo making; touch a 'b b'"];
	const run = await doctor(
		"dev doctor --fix",
		wants("a", both),
		wants("b b", both),
		wants("mine", ["touch", "mine"], false),
	);
	expect(run).toEqual({
		stdout: "warning\tmine\tno mine\ttouch mine\n",
		stderr: `$ sh -c 'echo making; touch a '\\''b b'\\'''
making
1 fix run
1 warning, 2 checks passed
`,
		code: 0,
	});
	expect(existsSync(join(home, "mine"))).toBe(false);
});

test("--fix --dry-run shows the commands, and changes nothing", async () => {
	const run = await doctor(
		"dev doctor --fix --dry-run",
		wants("a", ["touch", "a"]),
		wants("mine", ["touch", "mine"], false),
	);
	expect(run).toEqual({
		stdout: "touch a\n",
		stderr: "1 fix would be run\n2 warnings, 0 checks passed\n",
		code: 0,
	});
	expect(existsSync(join(home, "a"))).toBe(false);
	expect(await doctor("dev doctor --dry-run")).toMatchObject({ code: 2 });
});

test("a fix that fails hides no other, and is exit code 1", async () => {
	const run = await doctor(
		"dev doctor --fix",
		wants("a", ["sh", "-c", "echo no >&2; exit 7"]),
		wants("b", ["no-such-program"]),
		wants("c", ["touch", "c"]),
	);
	expect(run.code).toBe(1);
	expect(run.stderr).toContain("1 fix run, 2 failed\n");
	expect(run.stderr).toContain(
		"error: 2 fixes failed: sh -c 'echo no >&2; exit 7' ended with exit code 7 (LLORCH_FIX_FAILED)",
	);
	expect(existsSync(join(home, "c"))).toBe(true);
});

test("nothing to fix", async () => {
	expect(await doctor("dev doctor --fix", wants(".", []))).toEqual({
		stdout: "all 1 check passed\n",
		stderr: "nothing that can be fixed safely\n",
		code: 0,
	});
});

test("--fix --json is as the schema says", async () => {
	const path = "docs/schemas/doctor.schema.json";
	const validate = new Ajv2020().compile(
		JSON.parse(readFileSync(join(repositoryRoot, path), "utf8")),
	);
	const run = await doctor(
		"dev doctor --fix --json",
		wants("a", ["touch", "a"]),
		wants("b", ["false"]),
	);
	const envelope = JSON.parse(run.stdout);
	expect(validate(envelope), JSON.stringify(validate.errors)).toBe(true);
	expect(envelope.result).toMatchObject({
		counts: { ok: 1, warning: 1 },
		fixes: [
			{ check: "a", run: ["touch", "a"], status: "done" },
			{ check: "b", run: ["false"], status: "failed", error: {} },
		],
	});
});

test("a fix that is a command of llorch is run by this llorch", async () => {
	const work = fixSafely(
		{
			version: 1,
			counts: { ok: 0, warning: 1, error: 0, skipped: 0 },
			checks: [
				{
					id: "x",
					title: "x",
					status: "warning",
					durationMs: 0,
					findings: [
						{
							level: "warning",
							text: "x",
							fix: { run: ["llorch", "models", "catalog"], safe: true },
						},
					],
				},
			],
		},
		{
			doctor: doctorOf(),
			runner: createLocalRunner({ env: { PATH: "/usr/bin:/bin" }, cwd: home }),
			self: ["echo", "this very llorch:"],
			dryRun: false,
			signal: new AbortController().signal,
		},
	);
	const said: string[] = [];
	for await (const event of work)
		if (event.type === "output") said.push(Buffer.from(event.bytes).toString());
	expect(said.join("")).toBe("this very llorch: models catalog\n");
});

test("the real doctor mends submodules that are missing", async () => {
	await using world = await makeWorld({ git: true, files: { a: "1" } });
	await addPythonTools(world);
	await world.git("submodule", "--quiet", "add", world.folder, "sub");
	await world.git("commit", "--quiet", "--all", "--message", "Add sub");
	await world.git("submodule", "--quiet", "deinit", "--all", "--force");
	const run = await llorchSession(world)("dev doctor --fix --json", {
		env: { PATH: `${world.root}/bin:/usr/bin:/bin` },
	});
	const { result } = JSON.parse(run.stdout);
	const fixes = result.fixes.filter(
		({ check }: { check: string }) => check === "submodules",
	);
	expect(fixes).toMatchObject([{ status: "done" }]);
	expect(await world.tree()).toContain("sub/a");
});

/** Stand-ins, so that no fix installs the real ones from the network. */
async function addPythonTools(world: World): Promise<void> {
	await world.program("llm", "#!/bin/sh\necho 'llm, version 0.36'\n");
	await world.program("hf", "#!/bin/sh\necho 1.2.3\n");
}

/** A machine where only rustup's own folder has Rust, and not the toolchain that the repository asks for. */
async function machineWithRustup(rustup: string) {
	const world = await makeWorld({
		files: { "rust-toolchain.toml": '[toolchain]\nchannel = "1.70.0"\n' },
	});
	onTestFinished(() => world.dispose());
	const installed = world.path("../installed");
	const standIn = (name: string) => `#!/bin/sh
if [ -e '${installed}' ]; then echo '${name} 1.70.0'; exit; fi
echo "error: toolchain '1.70.0' is not installed" >&2
exit 1
`;
	const programs = {
		cargo: "#!/bin/sh\necho 'cargo 1.70.0'\n",
		rustc: standIn("rustc"),
		rustup: `#!/bin/sh\nINSTALLED='${installed}'\n${rustup}\n`,
	};
	await addPythonTools(world);
	for (const [name, text] of Object.entries(programs)) {
		await world.write({ [`~/.cargo/bin/${name}`]: text });
		chmodSync(world.path("~/.cargo/bin", name), 0o755);
	}
	return {
		world,
		llorch: llorchSession(world),
		env: { PATH: `${world.root}/bin:/usr/bin:/bin` },
	};
}

test("rustup's fix works where only its own folder has it", async () => {
	const { llorch, env } = await machineWithRustup(
		'echo "$@"; [ "$*" = "toolchain install 1.70.0" ] && touch "$INSTALLED"',
	);
	const run = await llorch("dev doctor --fix --json", { env });
	const { result } = JSON.parse(run.stdout);
	const rust = (list: { run?: string[] }[]) =>
		list.filter((each) => each.run?.[0] === "rustup");
	expect(rust(result.fixes)).toMatchObject([
		{ run: ["rustup", "toolchain", "install", "1.70.0"], status: "done" },
	]);
	const found = (id: string) =>
		result.checks.find((check: { id: string }) => check.id === id).findings;
	expect(found("cargo")).toEqual([
		{ level: "ok", text: "cargo 1.70.0, rustc 1.70.0" },
	]);
	expect(found("rust-toolchain")).toMatchObject([{ level: "ok" }]);
});

test("Ctrl-C while a fix runs ends it, and leaves nothing", async () => {
	const { world, llorch, env } = await machineWithRustup(
		"echo begun; sleep 1000",
	);
	const run = llorch.start("dev doctor --fix", { env });
	await run.waitFor("begun", "stderr");
	run.kill("SIGINT");
	expect(await run.done).toMatchObject({ code: 130, stdout: "" });
	expect(await world.processes()).toEqual([]);
});
