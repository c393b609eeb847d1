import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { realTest, startHub } from "@llorch/testkit";
import { afterAll, beforeAll, expect } from "vitest";
import { FAR, type FarLlamaOrch, makeFarLlamaOrch } from "./far-llama-orch.ts";

// Every action of the old `llorch-remote`, under its old name, on another machine.

let there: FarLlamaOrch;
beforeAll(async () => {
	there = await makeFarLlamaOrch();
}, 120_000);
afterAll(() => there.world.dispose());

const run = async (line: string) => {
	const ended = await there.llorch(`${line} --remote gpu1`, {
		killAfter: 120_000,
	});
	expect(ended, ended.stderr).toMatchObject({ code: 0 });
	return ended;
};

const row = (action: string, body: () => Promise<void>) =>
	realTest(["sshd", "cargo", "git"], `llorch-remote ${action}`, body, 120_000);

row("status", async () => {
	// The old script put ~/.cargo/bin on PATH for every host; llorch looks once, and keeps it in the profile.
	const { world, llorch } = there;
	const config = await world.read("~/.config/llorch/config.toml");
	await world.write({
		"~/.config/llorch/config.toml": `${config}\n[remote.hosts.gpu1]\n`,
	});
	await llorch("remote hosts test gpu1");
	const { stdout } = await run("git status");
	expect(stdout).toContain("branch\tmain\n");
	expect(stdout).toMatch(/^system\t.*\trustc \d.*\tcargo \d/m);
});

row("pull", async () => {
	await there.llorch([
		...["remote", "exec", "gpu1", "--"],
		`cd '${FAR}' && git -c user.name=Me -c user.email=me@there commit -q --allow-empty -m Later && git push -q && git reset -q --hard HEAD~1`,
	]);
	const { stdout } = await run("git pull");
	expect(stdout).toMatch(/^main: fast-forward to origin\/main .*1 commit/);
	expect(stdout).toContain("Later");
});

row("sync", async () => {
	expect((await run("git sync --force")).stdout).toMatch(
		/^main is at \w+ of origin: Later/,
	);
});

row("models-download", async () => {
	// Nothing of this machine's settings travels, so the hub is named in the host's own configuration.
	await using hub = await startHub({
		repos: { "org/free": { files: { "free.gguf": "bytes" } } },
	});
	const folder = `${there.gpu1.home}/.config/llorch`;
	mkdirSync(folder, { recursive: true });
	writeFileSync(
		`${folder}/config.toml`,
		`version = 1\n[models]\nendpoint = "${hub.url}"\n`,
	);
	const { stdout } = await run("models download hf:org/free/free.gguf");
	expect(stdout).toContain("downloaded\t5 B\t/home/far/");
});

row("models-list", async () => {
	expect((await run("models list")).stdout).toMatch(
		/^hf:org\/free\/free\.gguf\tready\t5 B\t\/home\/far\/.*\/free\.gguf\n$/,
	);
});

row("models-info", async () => {
	expect((await run("models info tinyllama")).stdout).toContain("TinyLlama");
});

row("build B", async () => {
	const { stdout, stderr } = await run("build worker cpu");
	expect(stdout).toBe(`${FAR}/target/release/llorch-cpu-candled\n`);
	expect(stderr).toMatch(
		/llorch-cpu-candled {2}4 of 4 {2}100 %\nllorch-cpu-candled \(release\): \d+ kB, 4 units in /,
	);
	for (const backend of ["cuda", "metal"])
		expect((await run(`build worker ${backend}`)).stdout).toBe(
			`${FAR}/target/release/llorch-${backend}-candled\n`,
		);
});

row("test B", async () => {
	const { stdout } = await run("test all --backend cpu");
	expect(stdout).toMatch(/^doc llorch_candled\tpassed\t1\t/m);
});

row("smoke B", async () => {
	expect((await run("test smoke --backend cpu")).stdout).toMatch(
		/^test team_009_smoke\tpassed\t2\t0\t0\t[^\n]*\n$/,
	);
});

row("unit B", async () => {
	expect((await run("test unit --backend cpu")).stdout).toMatch(
		/^lib llorch_candled\tpassed\t7\t0\t1\t[^\n]*\n$/,
	);
});

row("integration B", async () => {
	expect((await run("test integration --backend cpu")).stdout).toMatch(
		/^test team_011_integration\tpassed\t2\t/,
	);
});

row("inference B", async () => {
	const line = "test inference cpu --model ./tiny.gguf";
	const { stdout, stderr } = await run(line);
	expect(stdout).toMatch(/^Once upon a time was ein Bär 🐻 größer was/);
	expect(stderr).toMatch(/^50 tokens: the first after /m);
	expect(await there.gpu1.quiet(2000)).toEqual([]);
});

row("debug-inference B", async () => {
	const line = "test inference cpu --model ./tiny.gguf --debug";
	const { stderr } = await run(line);
	expect(stderr.match(/^event /gm)).toHaveLength(5);
	expect(stderr).toMatch(/^20 tokens: /m);
});

row("logs B", async () => {
	const { stdout } = await run("test logs cpu");
	expect(stdout).toContain("  | RUST_LOG=debug\n");
	expect(stdout).toContain("  Once upon a time was ein Bär");
	// The log stays there.
	expect((await there.llorch("test logs")).stdout).toBe("");
});

row("info B", async () => {
	const { stdout } = await run("dev info cpu");
	expect(stdout).toMatch(/^\$ uname -a\nLinux/);
	expect(stdout).toMatch(/\$ rustc --version\nrustc \d/);
	expect(stdout).toContain("$ lscpu\n");
	expect((await run("dev info cuda")).stdout).toContain("$ nvidia-smi\n");
});

row("all B", async () => {
	const { stdout } = await run("dev all --backend cpu --model ./tiny.gguf");
	expect(stdout).toMatch(
		/pull\tok\t.*\tmain: nothing new\nbuild\tok\t.*\ntest\tok\t.*12 passed, 1 ignored\ninference\tok\t.*50 tokens/,
	);
});

row("clean", async () => {
	expect(existsSync(there.far("target"))).toBe(true);
	const { stderr } = await run("build clean --force");
	expect(stderr).toContain(`deleted ${FAR}/target: `);
	expect(existsSync(there.far("target"))).toBe(false);
});
