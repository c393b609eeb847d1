import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GitSession, openGitWorld } from "./git-world.ts";

// Each state that a submodule can be in, as real git makes it.

let world: GitSession;
beforeEach(async () => {
	world = await openGitWorld();
});
afterEach(() => world.dispose());

const commit = (path: string) =>
	world.at(path, "commit", "-q", "--allow-empty", "-m", "Mine");

async function expectStates(
	states: Record<string, [fields: Record<string, unknown>, phrase: string]>,
): Promise<void> {
	for (const line of ["git status --json", "git submodules status --json"]) {
		const { result } = JSON.parse((await world.llorch(line)).stdout);
		expect(result.submodules).toMatchObject(
			Object.entries(states).map(([name, [fields]]) => ({
				name: `reference/${name}`,
				path: `reference/${name}`,
				...fields,
			})),
		);
	}
	const { stdout } = await world.llorch("git submodules status");
	expect(
		stdout
			.trimEnd()
			.split("\n")
			.map((line) => line.split("\t")[2]),
	).toEqual(Object.values(states).map(([, phrase]) => phrase));
}

test("ahead, behind, diverged, and recorded at what is not fetched", async () => {
	for (const path of ["reference/candle-vllm", "reference/llama.cpp"]) {
		await world.publish(path, { "1.txt": "" });
		await world.publish(path, { "2.txt": "" });
		await world.publish(path, { "3.txt": "" });
		await world.record(path);
	}
	await world.git("pull", "-q", "--no-recurse-submodules");
	await world.git("submodule", "--quiet", "update");
	await commit("reference/candle");
	await commit("reference/candle");
	await world.at("reference/candle-vllm", "checkout", "-q", "HEAD~3");
	await world.at("reference/llama.cpp", "checkout", "-q", "HEAD~1");
	await commit("reference/llama.cpp");
	await commit("reference/llama.cpp");
	await world.git(
		...["update-index", "--cacheinfo"],
		`160000,${"1".repeat(40)},reference/mistral.rs`,
	);
	await expectStates({
		candle: [
			{ state: "ahead", ahead: 2, behind: 0, onRemote: false },
			"2 ahead of the recorded commit, commit on no remote",
		],
		"candle-vllm": [
			{ state: "behind", ahead: 0, behind: 3, onRemote: true },
			"3 behind the recorded commit",
		],
		"llama.cpp": [
			{ state: "diverged", ahead: 2, behind: 1, onRemote: false },
			"2 ahead of and 1 behind the recorded commit, commit on no remote",
		],
		"mistral.rs": [
			{ state: "unfetched", ahead: 0, behind: 0, onRemote: true },
			"not at the recorded commit, which is not fetched",
		],
	});
});

test("recorded but pushed nowhere, conflicting, not checked out, and dirty on a branch", async () => {
	await commit("reference/candle");
	await world.git("add", "reference/candle");
	const path = "reference/candle-vllm";
	const recorded = (await world.at(path, "rev-parse", "HEAD")).trim();
	await world.git("update-index", "--force-remove", path);
	execFileSync("git", ["update-index", "--index-info"], {
		cwd: world.folder,
		env: world.env,
		input: ["1".repeat(40), recorded, "3".repeat(40)]
			.map((oid, at) => `160000 ${oid} ${at + 1}\t${path}\n`)
			.join(""),
	});
	await world.git("submodule", "--quiet", "deinit", "reference/llama.cpp");
	await world.at("reference/mistral.rs", "switch", "-q", "main");
	await world.write({
		"reference/mistral.rs/README.md": "mine\n",
		"reference/mistral.rs/new.rs": "",
	});
	await expectStates({
		candle: [
			{ state: "recorded", branch: null, changes: 0, onRemote: false },
			"at the recorded commit, commit on no remote",
		],
		"candle-vllm": [
			{ state: "conflicting", recorded: null, commit: recorded },
			"conflicting in the repository",
		],
		"llama.cpp": [
			{ state: "uninitialised", commit: null, onRemote: null },
			"uninitialised",
		],
		"mistral.rs": [
			{ state: "recorded", branch: "main", changes: 2, onRemote: true },
			"at the recorded commit, on branch main, dirty (2 changes)",
		],
	});
});
