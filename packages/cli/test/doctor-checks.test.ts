import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { checkConfig } from "@llorch/config";
import type { CommandRunner } from "@llorch/core";
import { systemClock } from "@llorch/run";
import { findPart, realTest, repositoryRoot } from "@llorch/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { cargoCheck } from "../src/app/doctor/checks/cargo.ts";
import { configCheck } from "../src/app/doctor/checks/config.ts";
import { gitCheck } from "../src/app/doctor/checks/git.ts";
import { gpuCheck } from "../src/app/doctor/checks/gpu.ts";
import { hfCheck } from "../src/app/doctor/checks/hf.ts";
import { nodeCheck, OLDEST_NODE } from "../src/app/doctor/checks/node.ts";
import { pathCheck } from "../src/app/doctor/checks/path.ts";
import { pythonCheck } from "../src/app/doctor/checks/python.ts";
import { sshAgentCheck, sshCheck } from "../src/app/doctor/checks/ssh.ts";
import { submodulesCheck } from "../src/app/doctor/checks/submodules.ts";
import { describeMachine } from "../src/app/doctor/machine.ts";
import { isOlder } from "../src/app/doctor/version-number.ts";
import { renames, sections } from "../src/app/sections.ts";
import { expectRunnable, type Says, smallMachine } from "./doctor-world.ts";

const apt: Record<string, Says> = { "apt-get": {}, id: { stdout: "0" } };

test.each([
	["2.9", "2.25", true],
	["2.25", "2.25", false],
	["2.25.1", "2.25", false],
	["22.18.9", "22.19", true],
	["24", "22.19", false],
])("%s is older than %s: %s", (version, than, older) => {
	expect(isOlder(version, than)).toBe(older);
});

describe("node", () => {
	const runtime = { llorch: "1.2.3", path: "/opt/bin/node", node: "24.1.0" };

	test("says which llorch runs on which Node", async () => {
		const { machine, findings } = await smallMachine();
		expect(await findings(nodeCheck(runtime, machine))).toEqual([
			{ level: "ok", text: "llorch 1.2.3 on Node 24.1.0: /opt/bin/node" },
		]);
	});

	test("a compiled binary brings its own runtime, however old it says its Node is", async () => {
		const { machine, findings } = await smallMachine();
		const compiled = {
			...runtime,
			path: "/opt/bin/llorch",
			node: "20.0.0",
			bun: "1.4.5",
		};
		expect(await findings(nodeCheck(compiled, machine))).toEqual([
			{
				level: "ok",
				text: "llorch 1.2.3, compiled (Bun 1.4.5): /opt/bin/llorch",
			},
		]);
	});

	test.each([
		[{}, ["npm", "install", "--global", "node@24"]],
		[{ brew: {} }, ["brew", "install", "node"]],
	])(
		"an old one is an error, with %o on the machine",
		async (programs, run) => {
			const { machine, findings } = await smallMachine({ programs });
			const old = { ...runtime, node: "20.20.2" };
			expect(await findings(nodeCheck(old, machine))).toEqual([
				{
					level: "error",
					text: "llorch needs Node 22.19 or newer, and /opt/bin/node is Node 20.20.2",
					fix: { run, safe: "brew" in programs },
				},
			]);
		},
	);

	test("asks for the Node that the workspace asks for", () => {
		const manifest = readFileSync(join(repositoryRoot, "package.json"), "utf8");
		expect(JSON.parse(manifest).engines.node).toBe(`>=${OLDEST_NODE}`);
	});
});

describe("git", () => {
	const look = async (programs: Record<string, Says>) => {
		const { runner, machine, findings } = await smallMachine({ programs });
		return findings(gitCheck(runner, machine));
	};
	const fix = { run: ["apt-get", "install", "-y", "git"], safe: false };

	test("is there", async () => {
		expect(
			await look({ git: { stdout: "git version 2.39.5 (Apple Git-154)" } }),
		).toEqual([{ level: "ok", text: "git 2.39.5" }]);
	});

	test("is missing: an error with the machine's own installer", async () => {
		expect(await look(apt)).toEqual([
			{ level: "error", text: "git is not on PATH", fix },
		]);
		expect(await look({})).toEqual([
			{ level: "error", text: "git is not on PATH" },
		]);
	});

	test("is too old", async () => {
		expect(
			await look({ ...apt, git: { stdout: "git version 2.24.4" } }),
		).toEqual([
			{
				level: "error",
				text: "llorch needs git 2.25 or newer, and this is 2.24.4",
				fix,
			},
		]);
	});

	test("is the stand-in of a Mac without developer tools", async () => {
		const stderr =
			"xcode-select: note: No developer tools were found, requesting install.";
		expect(await look({ git: { stderr, exit: 1 } })).toEqual([
			{
				level: "error",
				text: `git does not start: ${stderr}`,
				fix: { run: ["xcode-select", "--install"], safe: false },
			},
		]);
	});
});

describe("submodules", () => {
	const check = (
		runner: CommandRunner,
		root: () => Promise<string | undefined>,
	) => submodulesCheck({ runner, clock: systemClock }, root);

	test("say nothing outside of a repository, without any, and without git", async () => {
		const { runner, findings, world } = await smallMachine({
			git: true,
			tools: ["git"],
		});
		await world.write({ ".gitmodules": "" });
		const there = async () => world.folder;
		expect(await findings(check(runner, async () => undefined))).toEqual([]);
		expect(await findings(check(runner, there))).toEqual([]);
		const none = await smallMachine();
		expect(await none.findings(check(none.runner, there))).toEqual([]);
	});

	realTest(
		["git"],
		"one that is not checked out, and one that moved on, are found and mended",
		async () => {
			const small = await smallMachine({
				git: true,
				systemPrograms: true,
				tools: ["git"],
			});
			const { world, findings } = small;
			const git = (...args: string[]) =>
				execFileSync("git", args, { cwd: world.root, env: world.env });
			git("init", "--quiet", "part (one)");
			git("-C", "part (one)", "commit", "--quiet", "--allow-empty", "-m", "1");
			for (const name of ["near (a)", "far b"])
				await world.git(
					"submodule",
					"--quiet",
					"add",
					join(world.root, "part (one)"),
					name,
				);
			await world.git("commit", "--quiet", "-m", "Add parts");
			const submodules = check(small.runner, async () => world.folder);
			expect(await findings(submodules)).toEqual([
				{ level: "ok", text: "2 submodules as recorded" },
			]);

			await world.git("submodule", "--quiet", "deinit", "far b");
			await world.git(
				...["-C", "near (a)", "commit", "--quiet"],
				...["--allow-empty", "-m", "2"],
			);
			const found = await findings(submodules);
			const fix = [...["llorch", "git", "submodules", "update", "--recorded"]];
			expect(found).toEqual([
				{
					level: "warning",
					text: "1 submodule not checked out: far b",
					fix: { run: [...fix, "far b"], safe: true },
				},
				{
					level: "warning",
					text: "1 submodule not at the recorded commit: near (a)",
					fix: { run: [...fix, "near (a)"], safe: false },
				},
			]);
			for (const { fix } of found) expectRunnable(fix?.run ?? []);
		},
	);

	test("that git refuses to list", async () => {
		const { standIn, findings, runner, world } = await smallMachine();
		await world.write({ ".gitmodules": "" });
		const submodules = check(runner, async () => world.folder);
		await standIn("git", {
			stderr: "fatal: detected dubious ownership in repository at '/x'",
			exit: 128,
		});
		const run = "git config --global --add safe.directory"
			.split(" ")
			.concat(world.folder);
		expect(await findings(submodules)).toEqual([
			{
				level: "warning",
				text: `git does not work in ${world.folder}, because somebody else owns it`,
				fix: { run, safe: false },
			},
		]);
		await standIn("git", { stderr: "fatal: no mapping", exit: 128 });
		expect(await findings(submodules)).toEqual([
			{
				level: "warning",
				text: expect.stringMatching(
					/^the submodules of .* cannot be listed: .*: no mapping$/,
				),
			},
		]);
	});
});

describe("configuration", () => {
	const look = async (
		files: Record<string, string>,
		env: Record<string, string> = {},
	) => {
		const { world, findings } = await smallMachine({ files });
		const report = () =>
			checkConfig({
				sections,
				renames,
				env: { ...world.env, ...env },
				cwd: world.folder,
				home: world.home,
			});
		const show = (path: string) => path.slice(world.root.length + 1);
		const found = await findings(configCheck(report, show));
		return JSON.parse(
			JSON.stringify(found).replaceAll(world.folder, "FOLDER"),
		) as typeof found;
	};

	test("is not there, or good", async () => {
		expect(await look({})).toEqual([
			{ level: "ok", text: "no configuration file: the defaults count" },
		]);
		expect(await look({ ".llorch.toml": "version = 1\n" })).toEqual([
			{ level: "ok", text: "my project/.llorch.toml" },
		]);
	});

	test("has mistakes: each is an error, and one fix puts the file aside under a free name", async () => {
		const found = await look({
			".llorch.toml": 'version = 1\n[fanuot]\n[general]\ncolor = "red"\n',
			".llorch.toml.invalid": "",
			".llorch.toml.invalid-2": "",
		});
		const run = ["mv", "FOLDER/.llorch.toml", "FOLDER/.llorch.toml.invalid-3"];
		expect(found).toHaveLength(2);
		expect(found[0]).toEqual({
			level: "error",
			text: expect.stringContaining(
				'.llorch.toml:2: unknown key "fanuot" (did you mean "fanout"?)',
			),
		});
		expect(found[1]).toEqual({
			level: "error",
			text: expect.stringContaining(".llorch.toml:4: general.color"),
			fix: { run, safe: false },
		});
	});

	test("of a newer llorch is not put aside", async () => {
		const [found] = await look({ ".llorch.toml": "version = 99\n" });
		expect(found).toEqual({
			level: "error",
			text: expect.stringContaining("version"),
		});
	});

	test("an environment variable is mended where it was set", async () => {
		expect(await look({}, { LLORCH_LOG_LEVEL: "loud" })).toEqual([
			{
				level: "error",
				text: expect.stringMatching(/^LLORCH_LOG_LEVEL: .*"loud"/),
			},
		]);
	});

	test("a file that may not be read gets the right to it; a folder in its place is put aside", async () => {
		const { world, findings } = await smallMachine({
			files: { file: "", "folder/file": "" },
		});
		const fixOf = async (name: string) => {
			const path = world.path(name);
			const code = "LLORCH_CONFIG_UNREADABLE" as const;
			const problem = { code, where: name, text: "cannot be read", path };
			const report = { problems: [problem], notes: [], files: [] };
			const check = configCheck(
				async () => report,
				() => "",
			);
			const [found] = await findings(check);
			return found?.fix;
		};
		expect(await fixOf("file")).toEqual({
			run: ["chmod", "u+r", world.path("file")],
			safe: true,
		});
		expect(await fixOf("folder")).toEqual({
			run: ["mv", world.path("folder"), world.path("folder.invalid")],
			safe: false,
		});
		expect(await fixOf("nowhere")).toBeUndefined();
	});

	test("an old key is a warning", async () => {
		const found = await look({
			".llorch.toml": '[general]\nmodel_base_dir = "m"\n',
		});
		expect(found).toEqual([
			{ level: "warning", text: expect.stringContaining("models.base_dir") },
		]);
	});
});

describe("Rust", () => {
	const look = async (programs: Record<string, Says>) => {
		const { runner, machine, findings } = await smallMachine({ programs });
		return findings(cargoCheck(runner, machine));
	};
	const cargo = { stdout: "cargo 1.95.0 (f2d3ce0bd 2026-03-21)" };
	const rustc = { stdout: "rustc 1.95.0 (59807616e 2026-04-14)" };

	test("is there", async () => {
		expect(await look({ cargo, rustc })).toEqual([
			{ level: "ok", text: "cargo 1.95.0, rustc 1.95.0" },
		]);
	});

	test.each<[string, Record<string, Says>, readonly string[]]>([
		["rustup", { rustup: {} }, ["rustup", "default", "stable"]],
		["apt", apt, ["apt-get", "install", "-y", "cargo", "rustc"]],
	])("is missing, and %s is there", async (_name, programs, run) => {
		expect(await look(programs)).toEqual([
			{
				level: "warning",
				text: "cargo is not on PATH: building the workers needs it",
				fix: { run, safe: "rustup" in programs },
			},
		]);
	});

	test("is missing on a machine with curl: rustup's own installer", async () => {
		const [found] = await look({ cargo, curl: {} });
		expect(found?.text).toBe(
			"rustc is not on PATH: building the workers needs it",
		);
		expect(found?.fix?.run.slice(0, 2)).toEqual(["sh", "-c"]);
		expect(found?.fix?.run[2]).toContain("https://sh.rustup.rs");
	});

	test.each([
		[
			"error: toolchain '1.80-x86_64' is not installed",
			["rustup", "toolchain", "install", "1.80-x86_64"],
		],
		[
			"error: rustup could not choose a version of cargo to run",
			["rustup", "default", "stable"],
		],
	])("is only rustup's stand-in: %s", async (stderr, run) => {
		expect(await look({ rustc, cargo: { stderr, exit: 1 } })).toEqual([
			{
				level: "warning",
				text: `cargo does not start: ${stderr}`,
				fix: { run, safe: true },
			},
		]);
	});

	test("does not start at all", async () => {
		expect(await look({ rustc, cargo: { exit: 1 } })).toEqual([
			{ level: "warning", text: "cargo does not start: it said nothing" },
		]);
	});
});

describe("Python", () => {
	const look = async (programs: Record<string, Says>) => {
		const { runner, machine, findings } = await smallMachine({ programs });
		return findings(pythonCheck(runner, machine));
	};
	const install = ["apt-get", "install", "-y", "python3", "python3-venv"];

	realTest(["python3"], "is there", async () => {
		const { runner, machine, findings } = await smallMachine();
		// pyenv's shim needs the machine's own PATH; its real Python does not.
		const python = findPart("python3") ?? "";
		const real = execFileSync(python, [
			"-c",
			"import sys; print(sys.executable)",
		])
			.toString()
			.trim();
		const wrapped = {
			...runner,
			start: (spec: Parameters<typeof runner.start>[0]) =>
				runner.start({ ...spec, file: real }),
		};
		expect(await findings(pythonCheck(wrapped, machine))).toEqual([
			{ level: "ok", text: expect.stringMatching(/^Python 3\.\d+\.\d+$/) },
		]);
	});

	test.each<[Says | undefined, string]>([
		[undefined, "python3 is not on PATH: llm and hf need it"],
		[
			{ stderr: "pyenv: python3: command not found", exit: 127 },
			"python3 does not start: pyenv: python3: command not found",
		],
		[
			{ stdout: "3.11.2" },
			"Python 3.11.2 cannot make virtual environments (venv and ensurepip are missing)",
		],
	])("is not as it should be: %o", async (python3, text) => {
		const programs = python3 === undefined ? apt : { ...apt, python3 };
		expect(await look(programs)).toEqual([
			{ level: "warning", text, fix: { run: install, safe: false } },
		]);
	});

	test("is too old", async () => {
		const text = "llm needs Python 3.10 or newer, and this is 3.9.2";
		const python3 = { stdout: "3.9.2\nvenv" };
		expect(await look({ ...apt, python3 })).toEqual([
			{ level: "warning", text },
		]);
		expect(await look({ uv: {}, python3 })).toEqual([
			{
				level: "warning",
				text,
				fix: {
					run: ["uv", "python", "install", "--default", "3.13"],
					safe: true,
				},
			},
		]);
	});
});

describe("hf", () => {
	test.each<[string, Record<string, Says>, readonly string[]]>([
		["uv", { uv: {} }, ["uv", "tool", "install", "huggingface_hub"]],
		["pipx", { pipx: {} }, ["pipx", "install", "huggingface_hub"]],
	])("is missing, and %s is there", async (_name, programs, run) => {
		const { runner, machine, findings } = await smallMachine({ programs });
		expect(await findings(hfCheck(runner, machine))).toEqual([
			{
				level: "warning",
				text: "hf is not on PATH: signing in to gated models is easiest with it",
				fix: { run, safe: true },
			},
		]);
	});

	test("is missing, and only Python is there: dev setup's environment; without it nothing", async () => {
		const { runner, machine, findings, standIn } = await smallMachine();
		const [without] = await findings(hfCheck(runner, machine));
		expect(without?.fix).toBeUndefined();
		await standIn("python3", {});
		const [found] = await findings(hfCheck(runner, machine));
		expect(found?.fix).toEqual({
			run: [
				...["llorch", "dev", "setup", "--yes", "--skip", "submodules"],
				...["--skip", "config", "--skip", "model", "--skip", "completion"],
			],
			safe: true,
		});
	});

	test("is there, and PATH does not lead to it: nothing to install", async () => {
		const { runner, machine, findings, world } = await smallMachine();
		await world.write({ "~/.local/bin/hf": "#!/bin/sh\n" });
		await chmod(world.path("~/.local/bin/hf"), 0o755);
		expect(await findings(hfCheck(runner, machine))).toEqual([
			{
				level: "warning",
				text: "hf is not on PATH: signing in to gated models is easiest with it (it is in ~/.local/bin)",
			},
		]);
	});

	test("does not start", async () => {
		const { runner, machine, findings } = await smallMachine({
			programs: { uv: {}, hf: { stderr: "ModuleNotFoundError", exit: 1 } },
		});
		expect(await findings(hfCheck(runner, machine))).toMatchObject([
			{ level: "warning", text: "hf does not start: ModuleNotFoundError" },
		]);
	});

	realTest(["hf"], "is the real one", async () => {
		const { runner, machine, findings } = await smallMachine({
			tools: ["hf"],
		});
		expect(await findings(hfCheck(runner, machine))).toEqual([
			{ level: "ok", text: expect.stringMatching(/^hf \d+\.\d+/) },
		]);
	});
});

describe("ssh", () => {
	test("is missing", async () => {
		const { runner, machine, findings } = await smallMachine({ programs: apt });
		expect(await findings(sshCheck(runner, machine))).toEqual([
			{
				level: "warning",
				text: "ssh is not on PATH: no other host can be reached",
				fix: {
					run: ["apt-get", "install", "-y", "openssh-client"],
					safe: false,
				},
			},
		]);
	});

	realTest(["ssh"], "is there", async () => {
		const { runner, machine, findings } = await smallMachine({
			tools: ["ssh"],
		});
		expect(await findings(sshCheck(runner, machine))).toEqual([
			{ level: "ok", text: expect.stringMatching(/^OpenSSH \d+\.\d+/) },
		]);
	});

	test("without ssh-add there is no agent to look at", async () => {
		const { runner, findings, world } = await smallMachine();
		const place = { home: world.home, socket: undefined, shell: undefined };
		expect(await findings(sshAgentCheck(runner, place))).toEqual([]);
	});

	realTest(
		["ssh-agent", "ssh-add", "ssh-keygen"],
		"no agent, a dead one, one without keys, one with a key",
		async () => {
			const socket = `/tmp/llorch-agent-${process.pid}`;
			const small = await smallMachine({
				tools: ["ssh-add"],
				env: { SSH_AUTH_SOCK: socket },
			});
			const { world, runner, findings } = small;
			const look = (at: string | undefined) =>
				findings(
					sshAgentCheck(runner, {
						home: world.home,
						socket: at,
						shell: "/bin/zsh",
					}),
				);
			const fix = { run: ["ssh-agent", "/bin/zsh"], safe: false };
			expect(await look(undefined)).toEqual([
				{
					level: "warning",
					text: "no ssh agent runs (SSH_AUTH_SOCK is not set)",
					fix,
				},
			]);
			expect(await look(socket)).toEqual([
				{
					level: "warning",
					text: `the ssh agent at ${socket} does not answer`,
					fix,
				},
			]);

			const started = execFileSync("ssh-agent", ["-s", "-a", socket]);
			const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(started.toString())?.[1]);
			onTestFinished(() => void process.kill(pid));
			expect(await look(socket)).toEqual([
				{
					level: "warning",
					text: "the ssh agent holds no keys, and there is none in ~/.ssh",
					fix: { run: ["ssh-keygen", "-t", "ed25519"], safe: false },
				},
			]);
			await world.write({ "~/.ssh/.keep": "" });
			const key = join(world.home, ".ssh", "id_ed25519");
			execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
			expect(await look(socket)).toMatchObject([{ fix: { run: ["ssh-add"] } }]);
			const env = { ...process.env, SSH_AUTH_SOCK: socket };
			expect(spawnSync("ssh-add", ["-q", key], { env }).status).toBe(0);
			expect(await look(socket)).toEqual([
				{ level: "ok", text: "1 key loaded" },
			]);
		},
	);
});

describe("GPU", () => {
	const look = async (
		programs: Record<string, Says>,
		platform: { os: NodeJS.Platform; arch: string },
	) => {
		const { runner, machine, findings } = await smallMachine({ programs });
		return findings(gpuCheck(runner, machine, platform));
	};
	const linux = { os: "linux", arch: "x64" } as const;

	test("every card is named", async () => {
		const stdout =
			"NVIDIA GeForce RTX 3090, 24576 MiB, 550.54.14\nNVIDIA GeForce RTX 3060, 12288 MiB, 550.54.14";
		expect(await look({ "nvidia-smi": { stdout } }, linux)).toEqual([
			{
				level: "ok",
				text: "NVIDIA GeForce RTX 3090, 24576 MiB, CUDA (driver 550.54.14)",
			},
			{
				level: "ok",
				text: "NVIDIA GeForce RTX 3060, 12288 MiB, CUDA (driver 550.54.14)",
			},
		]);
	});

	test("none is no fault", async () => {
		expect(await look({}, linux)).toEqual([
			{ level: "ok", text: "no NVIDIA GPU: models run on the CPU" },
		]);
	});

	test("a driver that is not loaded", async () => {
		const stdout =
			"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
		const programs = {
			"nvidia-smi": { stdout, exit: 9 },
			id: { stdout: "1000" },
			sudo: {},
		};
		expect(await look(programs, linux)).toEqual([
			{
				level: "warning",
				text: `nvidia-smi finds no usable GPU: ${stdout}`,
				fix: { run: ["sudo", "modprobe", "nvidia"], safe: false },
			},
		]);
	});

	test("Metal on Macs", async () => {
		expect(await look({}, { os: "darwin", arch: "arm64" })).toEqual([
			{ level: "ok", text: "Metal (Apple silicon)" },
		]);
		const intel = { os: "darwin", arch: "x64" } as const;
		const stdout = "      Metal Support: Metal 3";
		expect(await look({ system_profiler: { stdout } }, intel)).toEqual([
			{ level: "ok", text: "Metal" },
		]);
		expect(await look({}, intel)).toEqual([
			{ level: "ok", text: "no Metal: models run on the CPU" },
		]);
	});
});

describe("PATH", () => {
	test("holds ~/.local/bin when something of ours is in there", async () => {
		const { world, findings } = await smallMachine();
		const look = (path: string, shell = "/bin/bash") =>
			findings(pathCheck({ home: world.home, path, shell }));
		expect(await look("/usr/bin")).toEqual([]);
		await world.write({ "~/.local/bin/llm": "", "~/.local/bin/other": "" });
		expect(await look(`/usr/bin:${world.home}/.local/bin/`)).toEqual([
			{ level: "ok", text: "~/.local/bin is on PATH" },
		]);
		expect(await look("/usr/bin", "/bin/zsh")).toMatchObject([
			{ text: expect.stringContaining("~/.zprofile") },
		]);

		const [found] = await look("/usr/bin");
		expect(found).toMatchObject({
			level: "warning",
			text: "~/.local/bin holds llm, and is not on PATH (a new login reads ~/.profile)",
		});
		const [file = "", ...args] = found?.fix?.run ?? [];
		execFileSync(file, args, { env: world.env });
		const login = execFileSync(
			"sh",
			["-c", '. "$HOME/.profile"; echo "$PATH"'],
			{
				env: world.env,
			},
		);
		expect(await look(login.toString().trim())).toMatchObject([
			{ level: "ok" },
		]);
	});
});

test("whoever is not root gets root's rights by sudo, or by su", async () => {
	const id = { stdout: "1000" };
	const run = async (programs: Record<string, Says>) => {
		const { runner, machine, findings } = await smallMachine({ programs });
		const [found] = await findings(gitCheck(runner, machine));
		return found?.fix?.run;
	};
	expect(await run({ id, dnf: {}, sudo: {} })).toEqual(
		"sudo dnf install -y git".split(" "),
	);
	expect(await run({ id, dnf: {} })).toEqual([
		"su",
		"root",
		"-c",
		"dnf install -y git",
	]);
});

test("the machine's programs are found with one process", async () => {
	const { runner, world } = await smallMachine({
		programs: { uv: {}, "apt-get": {}, id: { stdout: "0" } },
	});
	expect(await describeMachine(runner)).toEqual({
		root: true,
		programs: new Set(["apt-get", "uv"]),
	});
	expect(await world.processes()).toEqual([]);
});
