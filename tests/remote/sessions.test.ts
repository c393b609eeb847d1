import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
	type Hub,
	llorchSession,
	llorchTty,
	realTest,
	type Session,
	startHub,
} from "@llorch/testkit";
import {
	makeSshWorld,
	type SshHost,
	type SshWorld,
	startTcpProxy,
} from "@llorch/testkit/ssh";
import { afterAll, beforeAll, expect } from "vitest";

// What llorch promises of other machines, as people type it. Both have a profile, llorch and a repository.

const NAMES = ["mac", "workstation"] as const;
const REPOSITORY = "Projects/llama-orch";
const MODEL = Buffer.alloc(3_000_000, "a model ");
const HUB_REPO = "TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF";
const FILE = "tinyllama-1.1b-chat-v1.0.Q4_K_M.gguf";

let world: SshWorld;
let hosts: Record<(typeof NAMES)[number], SshHost>;
let llorch: Session;
let hub: Hub;

beforeAll(async () => {
	hub = await startHub({
		repos: { [HUB_REPO]: { files: { [FILE]: MODEL } } },
	});
	// Nothing of this machine's settings travels: the hosts' own configuration names the hub and the catalog.
	const files = {
		".config/llorch/config.toml": `version = 1
[models]
endpoint = "${hub.url}"
catalog = "~/catalog.toml"
`,
		"catalog.toml": `version = 1
[[model]]
id = "tinyllama"
dir = "tinyllama"
repo = "${HUB_REPO}"
revision = "${hub.commit(HUB_REPO)}"
license = "MIT"
[[model.files]]
path = "${FILE}"
size = ${MODEL.length}
sha256 = "${createHash("sha256").update(MODEL).digest("hex")}"
`,
	};
	const host = { node: true, files };
	world = await makeSshWorld({ hosts: { mac: host, workstation: host } });
	hosts = world.hosts as typeof hosts;
	llorch = llorchSession(world);
	appendFileSync(
		world.path("~/.config/llorch/config.toml"),
		`lease = 5\n${NAMES.map((name) => `[remote.hosts.${name}]\n`).join("")}`,
	);
	for (const name of NAMES) makeRepository(hosts[name].home);
	const setup = await llorch("remote setup @all");
	expect(setup, setup.stderr).toMatchObject({ code: 0 });
}, 120_000);
afterAll(async () => {
	await world.dispose();
	await hub.close();
});

/** A repository with one commit, pushed to a remote of its own. */
function makeRepository(home: string): void {
	const folder = join(home, REPOSITORY);
	const git = (...args: string[]) =>
		execFileSync("git", ["-C", folder, ...args], {
			env: { ...world.env, GIT_CONFIG_GLOBAL: world.path("~/.gitconfig") },
		});
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, "Cargo.toml"), "[workspace]\n");
	git("init", "--quiet");
	git("add", "--all");
	git("commit", "--quiet", "--message", "Start");
	git("init", "--quiet", "--bare", join(home, "origin.git"));
	git("remote", "add", "origin", "../../origin.git");
	git("push", "--quiet", "--set-upstream", "origin", "main");
}

/** The host's name at the end of a link that the test can break. */
async function through(host: SshHost, options: { delayMs?: number } = {}) {
	const proxy = await startTcpProxy(host.port, options);
	appendFileSync(
		world.knownHosts,
		`[127.0.0.1]:${proxy.port} ${host.publicKey}\n`,
	);
	return Object.assign(proxy, { name: `root@127.0.0.1:${proxy.port}` });
}

realTest(["sshd", "git"], "llorch git status --remote mac", async () => {
	const run = await llorch("git status --remote mac");
	expect(run).toMatchObject({ stderr: "", code: 0 });
	expect(run.stdout).toContain("branch\tmain\n");
});

realTest(["sshd"], "llorch models list --remote workstation", async () => {
	const downloaded = await llorch(
		"models download tinyllama --remote workstation",
	);
	expect(downloaded).toMatchObject({ code: 0 });
	expect(await llorch("models list --remote workstation")).toMatchObject({
		stdout: expect.stringMatching(
			/^tinyllama\tready\t3\.00 MB\t.*\/\.test-models\/tinyllama\/.*\n$/,
		),
		stderr: expect.stringContaining("3.00 MB in all\n"),
		code: 0,
	});
	const empty = await llorch("models list --remote mac");
	expect(empty).toMatchObject({ stdout: "", code: 0 });
	expect(await llorch("models list --remote mac,workstation")).toMatchObject({
		stdout: expect.stringMatching(/^\[workstation\] tinyllama\t.*\n$/),
		stderr: expect.stringContaining(`[mac] ${empty.stderr}`),
		code: 0,
	});
});

realTest(["sshd"], 'llorch remote exec mac "uname -a"', async () => {
	const run = await llorch(["remote", "exec", "mac", "uname -a"]);
	expect(run).toMatchObject({ stderr: "", code: 0 });
	expect(run.stdout).toMatch(/^Linux .*\n$/);
});

realTest(
	["sshd", "python3"],
	"llorch models download tinyllama --remote mac draws its bar here",
	async () => {
		const full = hub.fault({ bytesPerSecond: MODEL.length / 2 });
		const run = llorchTty(world, "models download tinyllama --remote mac", {
			columns: 120,
		});
		await run.waitFor(
			/tinyllama +\[=+ +\] +\d+ % {2}\d\.\d\d MB \/ 3\.00 MB {2}\d\.\d\d MB\/s/,
		);
		const { text, code } = await run.done;
		full();
		expect(code).toBe(0);
		expect(text).toMatch(/\ntinyllama +downloaded +3\.00 MB +\/home\/far\//);
		const verified = await llorch("models verify tinyllama --remote mac");
		expect(verified).toMatchObject({ code: 0 });
	},
);

realTest(
	["sshd", "git"],
	"a command works where we stand in the repository here",
	async () => {
		await world.git("init", "--quiet");
		for (const name of ["both", "only here"])
			mkdirSync(world.path(name), { recursive: true });
		const there = join(hosts.mac.home, REPOSITORY, "both");
		mkdirSync(there);
		const line = "git status --remote mac --verbose";
		const both = await llorch(line, { cwd: world.path("both") });
		expect(both.code).toBe(0);
		expect(both.stderr).toContain(
			"[mac] $ (cd ~/'Projects/llama-orch/both' &&",
		);
		// What is not about the folder works in the repository at least.
		const list = "config path --remote mac --verbose";
		const root = await llorch(list, { cwd: world.path("only here") });
		expect(root.code).toBe(0);
		expect(root.stderr).toContain("[mac] $ (cd ~/'Projects/llama-orch' &&");
		const missing = await llorch(line, { cwd: world.path("only here") });
		expect(missing.stderr).toContain(
			"~/Projects/llama-orch on mac has no folder like the one we stand in (~/Projects/llama-orch/only here) (LLORCH_REMOTE_NO_REPO)",
		);
		await rm(world.path(".git"), { recursive: true });
		await rm(there, { recursive: true });
	},
);

realTest(
	["sshd", "git", "python3"],
	"a repository that is missing is cloned there, after a yes",
	async () => {
		const env = {
			LLORCH_REMOTE_PATH: "~/a new place",
			LLORCH_REPO_URL: "/home/far/origin.git",
		};
		const run = llorchTty(world, "git log --remote mac", { env });
		await run.waitFor(
			"[mac] There is no ~/a new place on mac. Clone /home/far/origin.git there? [y/N] ",
		);
		run.send("y\r");
		const { text, code } = await run.done;
		expect(text).toContain("cloning /home/far/origin.git on mac\n");
		expect(text).toMatch(/\b[0-9a-f]{7,} .*Start\n$/);
		expect(code).toBe(0);
		// Nobody says where it is: the usual place is offered.
		await rename(
			join(hosts.mac.home, REPOSITORY),
			join(hosts.mac.home, "put away"),
		);
		const usual = { LLORCH_REPO_URL: env.LLORCH_REPO_URL };
		const offered = llorchTty(world, "config path --remote mac", {
			env: usual,
		});
		await offered.waitFor(
			"There is no ~/Projects/llama-orch on mac. Clone /home/far/origin.git there? [y/N] ",
		);
		offered.send("n\r");
		expect(await offered.done).toMatchObject({ code: 0 });
		expect(
			await llorch("config path --remote mac", { env: usual }),
		).toMatchObject({ code: 0 });
		await rename(
			join(hosts.mac.home, "put away"),
			join(hosts.mac.home, REPOSITORY),
		);
		const missing = { ...env, LLORCH_REMOTE_PATH: "~/nowhere" };
		const declined = llorchTty(world, "git log --remote mac", { env: missing });
		await declined.waitFor("[y/N] ");
		declined.send("n\r");
		expect(await declined.done).toMatchObject({
			text: expect.stringContaining("LLORCH_REMOTE_NO_REPO"),
			code: 5,
		});
		const wrong = { ...missing, LLORCH_REPO_URL: "/home/far/no.git" };
		const failed = llorchTty(world, "git log --remote mac", { env: wrong });
		await failed.waitFor("[y/N] ");
		failed.send("y\r");
		expect(await failed.done).toMatchObject({
			text: expect.stringContaining(
				"git could not clone /home/far/no.git on mac",
			),
			code: 5,
		});
	},
);

realTest(
	["sshd"],
	"a host that takes longer than it may keeps no other from its end",
	async () => {
		const line = "models download tinyllama --remote workstation";
		expect(await llorch(line)).toMatchObject({ code: 0 });
		await llorch("models delete tinyllama --force --remote mac");
		const full = hub.fault({ stallAfter: 1000 });
		const { stdout, stderr, code } = await llorch(
			"models download tinyllama --remote @all",
			{ env: { LLORCH_REMOTE_TIMEOUT: "3" } },
		);
		full();
		expect(stdout).toMatch(/^\[workstation\] tinyllama\tpresent\t/);
		expect(stderr).toMatch(
			/\[mac\] the command did not end on mac within 3 s \(LLORCH_REMOTE_TIMEOUT\)/,
		);
		expect(stderr).toContain("1 of 2 hosts done\n");
		expect(code).toBe(6);
		expect(await hosts.mac.quiet(1000)).toEqual([]);
	},
);

realTest(
	["sshd", "git", "python3"],
	"llorch git sync --remote @all asks here, for one host after the other",
	async () => {
		const change = (name: keyof typeof hosts) =>
			writeFileSync(join(hosts[name].home, REPOSITORY, "Cargo.toml"), name);
		for (const name of NAMES) change(name);
		const run = llorchTty(world, "git sync --remote @all");
		const question = (name: string) =>
			run.waitFor(
				new RegExp(`^\\[(${name})\\] Reset to main .*\\[y/N\\] $`, "m"),
			);
		const [, first] = await question("mac|workstation");
		const second = first === "mac" ? "workstation" : "mac";
		expect(run.screen).not.toContain(`[${second}] Reset`);
		run.send("y\r");
		await question(second);
		run.send("n\r");
		const { text, code } = await run.done;
		expect(text).toContain(`[${first}] This goes in the repository:\n`);
		expect(text).toMatch(new RegExp(`\\[${first}\\] main is at .*Start\\n`));
		expect(text).toContain(`[${second}] nothing was changed`);
		expect(text).toContain("1 of 2 hosts done\n");
		expect(code).toBe(6);
		const { stdout } = await llorch(
			"remote exec @all -- cat Projects/llama-orch/Cargo.toml",
		);
		expect(stdout.split("\n").toSorted()).toEqual(
			["", `[${first}] [workspace]`, `[${second}] ${second}`].toSorted(),
		);
	},
);

realTest(
	["sshd", "git", "python3"],
	"a question of a host that is gone does not stand any longer",
	async () => {
		writeFileSync(join(hosts.mac.home, REPOSITORY, "Cargo.toml"), "changed\n");
		await using link = await through(hosts.mac);
		const run = llorchTty(world, `git sync --remote ${link.name}`);
		await run.waitFor("[y/N] ");
		link.cut();
		const { text, code, restored } = await run.done;
		expect(text).toMatch(/\[y\/N\] \n.*LLORCH_HOST_LOST/);
		expect({ code, restored }).toEqual({ code: 5, restored: true });
		expect(await hosts.mac.quiet(12_000)).toEqual([]);
	},
);

realTest(
	["sshd", "python3"],
	"llorch dev doctor --remote @all is a table of checks by hosts",
	async () => {
		const { text } = await llorchTty(world, "dev doctor --remote @all").done;
		expect(text).toMatch(/CHECK +MAC +WORKSTATION\n/);
		expect(text).toMatch(/^git +ok +ok$/m);
		const json = await llorch("dev doctor --remote @all --json");
		expect(JSON.parse(json.stdout).result.hosts).toMatchObject(
			NAMES.map((host) => ({ host, result: { checks: expect.any(Array) } })),
		);
	},
);

realTest(
	["sshd"],
	"with a lease of 0 a command works on when llorch is killed here",
	async () => {
		await llorch("models delete tinyllama --force --remote mac");
		await world.write({
			"no lease.toml": "version = 1\n[remote]\nlease = 0\n",
		});
		const full = hub.fault({ bytesPerSecond: MODEL.length / 6 });
		const run = llorch.start("models download tinyllama --remote mac", {
			env: { LLORCH_CONFIG_PATH: world.path("no lease.toml") },
		});
		await run.waitFor(/tinyllama/, "stderr");
		run.kill("SIGKILL");
		await run.done;
		expect((await hosts.mac.quiet(1000)).length).toBeGreaterThan(0);
		full();
		expect(await hosts.mac.quiet(20_000)).toEqual([]);
		expect(await llorch("models verify tinyllama --remote mac")).toMatchObject({
			code: 0,
		});
	},
	60_000,
);

realTest(
	["sshd", "git"],
	"over a slow link everything is the same, but later",
	async () => {
		await using slow = await through(hosts.mac, { delayMs: 100 });
		const [near, far] = await Promise.all(
			["mac", slow.name].map((name) =>
				llorch(["git", "status", "--remote", name]),
			),
		);
		expect(far).toEqual(near);
		const bytes = "0123456789abcdef".repeat(2 ** 16);
		expect(
			await llorch(["remote", "exec", slow.name, "cat; exit 3"], {
				stdin: bytes,
			}),
		).toMatchObject({ stdout: bytes, stderr: "", code: 3 });
		const run = llorch.start([
			"remote",
			"exec",
			slow.name,
			"setsid sleep 1000 & echo ready; wait",
		]);
		await run.waitFor("ready");
		run.kill("SIGINT");
		expect(await run.done).toMatchObject({ code: 130 });
		expect(await hosts.mac.quiet(12_000)).toEqual([]);
	},
);
