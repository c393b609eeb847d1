import { join } from "node:path";
import {
	copyLlamaOrch,
	llorchSession,
	llorchTty,
	makeRustWorld,
	makeWorld,
	programSession,
	realTest,
	type SessionResult,
	startHub,
	tinyModel,
	tinyModelRepos,
	type World,
} from "@llorch/testkit";
import { FAR_HOME, makeSshWorld, type SshHost } from "@llorch/testkit/ssh";
import { expect } from "vitest";

// Whole days of work, each command after the other.

const CATALOG = `version = 1

[[model]]
id = "tinyllama"
name = "Tiny, made here"
repo = "${tinyModel.repo}"
revision = "${tinyModel.revision}"
license = "${tinyModel.license}"

[[model.files]]
path = "${tinyModel.path}"
size = ${tinyModel.bytes}
sha256 = "${tinyModel.sha256}"
`;

/** llm and hf as stand-ins: the machine has them. */
async function withTools(world: World): Promise<void> {
	for (const tool of ["llm", "hf"])
		await world.program(tool, `#!/bin/sh\necho ${tool}\n`);
}

function session(world: World, folder: string) {
	const llorch = llorchSession(world);
	return async (words: string | readonly string[]): Promise<SessionResult> => {
		const run = await llorch(words, { cwd: folder, killAfter: 120_000 });
		expect(run, `llorch ${words}\n${run.stderr}`).toMatchObject({ code: 0 });
		return run;
	};
}

realTest(
	["cargo", "git"],
	"fresh clone → setup → build → test",
	async () => {
		await using upstream = await makeRustWorld({ git: true });
		await using candle = await makeWorld({
			git: true,
			files: { "lib.rs": "" },
		});
		const allow = ["-c", "protocol.file.allow=always"];
		await upstream.git(
			...allow,
			...["submodule", "--quiet", "add", candle.folder, "reference/candle"],
		);
		await upstream.git("commit", "--quiet", "--all", "--message", "Add candle");

		await using hub = await startHub({ repos: tinyModelRepos() });
		await using world = await makeRustWorld({
			env: { HF_ENDPOINT: hub.url, SHELL: "/bin/bash" },
			files: { "~/catalog.toml": CATALOG },
		});
		world.env.LLORCH_MODEL_CATALOG = world.path("~/catalog.toml");
		await withTools(world);
		await programSession(world, { file: "git", args: [] })([
			"clone",
			"--quiet",
			upstream.folder,
			"clone",
		]);
		const folder = world.path("clone");
		const llorch = session(world, folder);

		const setup = await llorch("dev setup --yes");
		expect(setup.stdout).toMatch(
			/^submodules\tdone\t.*\npython\tpresent\t.*\nconfig\tdone\t.*\nmodel\tdone\t.*\ncompletion\tdone\t.*\n$/,
		);
		expect(await world.tree("clone/reference")).toEqual(["candle/lib.rs"]);
		// The backend is the one that setup has found.
		const built = await llorch("build worker");
		expect(built.stdout).toBe(`${folder}/target/release/llorch-cpu-candled\n`);
		expect((await llorch("test all")).stdout).toContain(
			"lib llorch_candled\tpassed",
		);
		expect((await llorch("test inference")).stdout).toContain(
			"Once upon a time",
		);
		expect((await llorch("dev check")).stdout).toMatch(
			/^all \d+ checks passed\n$/,
		);
	},
	180_000,
);

realTest(
	["cargo"],
	"download → verify → test inference",
	async () => {
		await using hub = await startHub({ repos: tinyModelRepos() });
		await using world = await makeRustWorld({
			git: true,
			env: { HF_ENDPOINT: hub.url },
			files: { "~/catalog.toml": CATALOG },
		});
		world.env.LLORCH_MODEL_CATALOG = world.path("~/catalog.toml");
		const llorch = session(world, world.folder);
		await llorch("models download tinyllama");
		expect((await llorch("models verify tinyllama")).stdout).toContain(
			tinyModel.sha256,
		);
		await llorch("build worker cpu");
		const story = await llorch("test inference cpu --model tinyllama");
		expect(story.stdout).toMatch(/^Once upon a time was ein Bär/);
		const path = (await llorch("models path tinyllama")).stdout.trim();
		expect((await llorch("test logs")).stdout).toContain(`model:  ${path}\n`);
	},
	120_000,
);

realTest(
	["cargo", "git"],
	"submodule branch switch → build → test",
	async () => {
		await using candle = await makeWorld({
			git: true,
			files: {
				"Cargo.toml":
					'[package]\nname = "candle"\nversion = "0.1.0"\nedition = "2021"\n[workspace]\n',
				"src/lib.rs": 'pub fn name() -> &\'static str {\n    "main"\n}\n',
			},
		});
		await candle.git("switch", "--quiet", "--create", "next");
		await candle.write({
			"src/lib.rs": 'pub fn name() -> &\'static str {\n    "next"\n}\n',
		});
		await candle.git("commit", "--quiet", "--all", "--message", "Next");
		await candle.git("switch", "--quiet", "main");

		await using world = await makeRustWorld({ git: true });
		const crate = "bin/llorch-candled";
		await world.git(
			...["submodule", "--quiet", "add", candle.folder, "reference/candle"],
		);
		await world.write({
			[`${crate}/Cargo.toml`]: `${await world.read(`${crate}/Cargo.toml`)}\n[dependencies]\ncandle = { path = "../../reference/candle" }\n`,
			[`${crate}/tests/team_009_smoke.rs`]:
				'#[test]\nfn is_next() {\n    assert_eq!(candle::name(), "next");\n}\n',
		});
		await world.git("add", "--all");
		await world.git("commit", "--quiet", "--message", "Use candle");

		const llorch = session(world, world.folder);
		const smoke = await llorchSession(world)("test smoke --backend cpu", {
			killAfter: 120_000,
		});
		expect(smoke.code).toBe(1);
		expect(smoke.stderr).toContain(
			"1 test failed: test team_009_smoke: is_next",
		);
		await llorch("git submodules branch reference/candle next");
		await llorch("build worker cpu");
		await llorch("test smoke --backend cpu");
	},
	120_000,
);

realTest(
	["sshd", "cargo", "git"],
	"a host with nothing but cargo → its llorch, its clone, its setup → dev all over there",
	async () => {
		await using hub = await startHub({ repos: tinyModelRepos() });
		await using world = await makeSshWorld({
			hosts: {
				gpu1: {
					node: true,
					rust: true,
					files: {
						"catalog.toml": CATALOG,
						// Nothing of this machine's settings travels.
						".config/llorch/config.toml": `version = 1\n[models]\nendpoint = "${hub.url}"\ncatalog = "~/catalog.toml"\n`,
					},
				},
			},
		});
		const gpu1 = world.hosts.gpu1 as SshHost;
		await copyLlamaOrch(join(gpu1.home, "origin"));
		const origin = `${FAR_HOME}/origin`;
		const llorch = session(world, world.folder);

		await llorch(
			`remote hosts add gpu1 --repo-path "~/llama orch" --repo-url ${origin}`,
		);
		await llorch([
			...["remote", "exec", "gpu1", "--"],
			`cd ${origin} && git init -qb main && git add -A && git -c user.name=Me -c user.email=me@here commit -qm Start`,
		]);
		await llorch("remote setup gpu1");
		const clone = llorchTty(world, "git status --remote gpu1", {
			columns: 300,
		});
		await clone.waitFor(`Clone ${origin} there?`);
		clone.send("y\r");
		expect(await clone.done).toMatchObject({ code: 0 });

		const setup = await llorch("dev setup --yes --skip python --remote gpu1");
		expect(setup.stdout).toMatch(
			/^submodules\tpresent\t.*\npython\tskipped\t.*\nconfig\tpresent\t.*\nmodel\tdone\t.*\ncompletion\t/,
		);
		const all = await llorch("dev all --backend cpu --remote gpu1");
		expect(all.stdout).toMatch(
			/^Once upon a time was[^\n]*\npull\tok\t.*\tmain: nothing new\nbuild\tok\t.*\ntest\tok\t.*12 passed, 1 ignored\ninference\tok\t.*50 tokens/,
		);
		expect(all.stderr).toContain("llorch-cpu-candled  4 of 4  100 %");
		expect(await gpu1.quiet(2_000)).toEqual([]);
	},
	180_000,
);
