import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { realTest } from "./needs.ts";
import { programSession } from "./session/index.ts";
import { makeWorld } from "./world.ts";

const SH = { file: "/bin/sh", args: ["-c"] };

describe("a world", () => {
	test("has folders of its own, with a space in their name", async () => {
		await using world = await makeWorld({
			files: { "a/b.txt": "text", "~/.config/x": "home" },
		});
		expect(world.folder).toMatch(/a world \w+\/my project$/);
		expect(await world.tree()).toEqual(["a/b.txt"]);
		expect(await world.tree("~")).toEqual([".config/x", ".gitconfig"]);
		expect(await world.read("a/b.txt")).toBe("text");
		expect(world.path("~")).toBe(world.home);
		expect(world.path("~", ".config")).toBe(world.path("~/.config"));
	});

	test("lists links and empty folders, sorted", async () => {
		await using world = await makeWorld({ files: { b: "", "a/x": "" } });
		const sh = programSession(world, SH);
		await sh(["mkdir -p empty/deep; ln -s a/x link; ln -s /nowhere away"]);
		expect(await world.tree()).toEqual([
			"a/x",
			"away -> /nowhere",
			"b",
			"empty/deep/",
			"link -> a/x",
		]);
	});

	test("lets nothing of our environment through", async () => {
		await using world = await makeWorld({ env: { MORE: "1" } });
		const { stdout } = await programSession(world, SH)(["env"]);
		const names = stdout.match(/^\w+(?==)/gm)?.sort();
		expect(names).toEqual(
			[...Object.keys(world.env), "PWD", "OLDPWD", "SHLVL", "_"]
				.filter((name) => names?.includes(name))
				.sort(),
		);
		expect(world.env).toMatchObject({ HOME: world.home, MORE: "1" });
		for (const name of ["HF_TOKEN", "HF_HOME", "HTTPS_PROXY"])
			expect(names).not.toContain(name);
	});

	test("runs this very node", async () => {
		await using world = await makeWorld();
		const { stdout } = await programSession(world, SH)(["node --version"]);
		expect(stdout).toBe(`${process.version}\n`);
	});

	test("can hide the programs of this machine, and put others in their place", async () => {
		await using world = await makeWorld({
			tools: ["git", "no-such-tool"],
			systemPrograms: false,
		});
		const sh = programSession(world, SH);
		expect((await sh(["command -v ls"])).code).not.toBe(0);
		expect((await sh(["command -v no-such-tool"])).code).not.toBe(0);
		expect((await sh(["git --version"])).code).toBe(0);
		await world.program("git", "#!/bin/sh\necho not git\n");
		expect((await sh(["git --version"])).stdout).toBe("not git\n");
	});

	realTest(
		["git"],
		"is a git repository when asked, with submodules from local folders",
		async () => {
			await using world = await makeWorld({ git: true, files: { a: "1" } });
			expect(await world.git("log", "--format=%an %s")).toBe("Tester Start\n");
			expect(await world.git("branch", "--show-current")).toBe("main\n");
			await world.git("submodule", "add", "--quiet", world.folder, "sub");
			expect(await world.tree()).toEqual([".gitmodules", "a", "sub/a"]);
			await expect(world.git("no-such-command")).rejects.toThrow(
				"no-such-command",
			);
		},
	);

	test("is gone afterwards", async () => {
		const world = await makeWorld();
		await world.dispose();
		expect(existsSync(world.root)).toBe(false);
	});

	test.runIf(process.platform === "linux")(
		"does not let a process stay behind",
		async () => {
			const world = await makeWorld();
			const left = await programSession(
				world,
				SH,
			)(["sleep 1000 >/dev/null 2>&1 & echo $!"]);
			const pid = Number(left.stdout);
			expect(await world.processes()).toEqual([{ pid, command: "sleep 1000" }]);
			await expect(world.dispose()).rejects.toThrow(
				`while ${pid} (sleep 1000) still ran in it`,
			);
			expect(await world.processes()).toEqual([]);
			expect(existsSync(world.root)).toBe(false);
		},
	);
});
