import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { findPart, llorchSession, soakCount } from "@llorch/testkit";
import {
	type GitWorld,
	makeGitWorld,
	type Snapshot,
	snapshot,
} from "@llorch/testkit/git";
import { expect, test } from "vitest";

/** Work of every kind, and a remote that has gone on: everything that a sync has to deal with. */
async function makeBusyWorld(): Promise<GitWorld> {
	const world = await makeGitWorld({ nested: true });
	await world.authorGit(
		".",
		"submodule",
		"--quiet",
		"add",
		"../llama.cpp.git",
		"reference/new",
	);
	await world.publish("reference/candle", {
		"README.md": "theirs\n",
		"way.txt": "theirs\n",
	});
	await world.record("reference/candle");
	await world.publish(".", {
		"README.md": "theirs\n",
		"way.txt": "theirs\n",
		"later.txt": "theirs\n",
	});

	await world.write({ "mine.txt": "committed here\n" });
	await world.git("add", "mine.txt");
	await world.git("commit", "-qm", "mine");
	await world.at(
		"reference/candle",
		"commit",
		"-q",
		"--allow-empty",
		"-m",
		"only HEAD has it",
	);
	await world.write({
		"Cargo.toml": "staged\n",
		"way.txt": "untracked and in the way\n",
		"reference/candle/src/lib.rs": "dirty\n",
		"reference/candle/way.txt": "in the way\n",
		"reference/candle/kernels/kernel.cu": "dirty\n",
		"large.bin": "x".repeat(5000),
	});
	await world.git("add", "Cargo.toml");
	await world.write({
		"Cargo.toml": "staged, then changed\n",
		"README.md": "y".repeat(6000),
	});
	await world.git("submodule", "deinit", "-f", "reference/mistral.rs");
	await world.write({
		".llorch.toml": "version = 1\n[git]\nundo_max_file = 4000\n",
	});
	return world;
}

/** A `git` on PATH that counts its calls, and kills llorch before or after the one that is named. */
async function addCountingGit(world: GitWorld): Promise<string> {
	const counts = join(world.root, "counts");
	await mkdir(counts);
	await world.program(
		"git",
		`#!/bin/sh
if [ -n "$COUNT" ]; then
	# Several run at once: who can make the file has the number. "last" only saves looking from the start.
	set -C
	read -r n 2>/dev/null <"${counts}/last" || n=1
	until true 2>/dev/null >"${counts}/$n"; do n=$((n + 1)); done
	echo $n >|"${counts}/last"
	if [ "$n" = "$KILL_BEFORE" ]; then kill -9 $PPID; exit 1; fi
fi
"${findPart("git")}" "$@"
code=$?
if [ -n "$COUNT" ] && [ "$n" = "$KILL_AFTER" ]; then kill -9 $PPID; fi
exit $code
`,
	);
	return counts;
}

/** Without what only a fetch changes: it is harmless, and not a part of the action. */
function withoutRemotes(taken: Snapshot): Snapshot {
	return Object.fromEntries(
		Object.entries(taken).map(([path, state]) => [
			path,
			{
				...state,
				refs: state.refs.filter((ref) => !ref.startsWith("refs/remotes/")),
				status: state.status.filter((line) => !line.startsWith("# branch.ab")),
			},
		]),
	);
}

async function expectSynced(world: GitWorld): Promise<void> {
	expect(await world.git("rev-parse", "HEAD")).toBe(
		await world.git("rev-parse", "origin/main"),
	);
	expect(await world.git("status", "--porcelain", "-uno")).toBe("");
	expect(await world.git("submodule", "status", "--recursive")).not.toMatch(
		/^[-+U]/m,
	);
}

async function killedSync(
	phase: "KILL_BEFORE" | "KILL_AFTER",
	at: number | undefined,
	then: "sync" | "undo",
): Promise<{ calls: number }> {
	await using world = await makeBusyWorld();
	const state = () => withoutRemotes(snapshot(world.folder, world.env));
	const before = state();
	const counts = await addCountingGit(world);
	const llorch = llorchSession(world);

	const env = {
		COUNT: "yes",
		...(at === undefined ? {} : { [phase]: String(at) }),
	};
	const run = await llorch("git sync --force", { env, killAfter: 120_000 });
	const calls = (await readdir(counts)).filter(
		(name) => name !== "last",
	).length;
	if (at === undefined) {
		expect(run).toMatchObject({ code: 0 });
		await expectSynced(world);
		return { calls };
	}
	expect(run.signal).toBe("SIGKILL");
	for (let look = 0; look < 100 && (await world.processes()).length > 0; look++)
		await new Promise((resolve) => setTimeout(resolve, 50));

	if (then === "undo") {
		const undo = await llorch("git undo --force", { killAfter: 120_000 });
		if (undo.code !== 0)
			expect(undo.stderr).toContain("LLORCH_GIT_NOTHING_TO_UNDO");
		expect(state()).toEqual(before);
	} else {
		expect(
			await llorch("git sync --force", { killAfter: 120_000 }),
		).toMatchObject({ code: 0 });
		await expectSynced(world);
		// Nothing was lost on the way: the first state is still one undo away.
		expect(
			await llorch("git undo --force", { killAfter: 120_000 }),
		).toMatchObject({ code: 0 });
		expect(state()).toEqual(before);
	}
	return { calls };
}

test("soak: a sync killed before or after any of its git processes is made whole by the next sync or undo", async () => {
	const { calls } = await killedSync("KILL_BEFORE", undefined, "sync");
	expect(calls).toBeGreaterThan(50);
	const attacks = Array.from({ length: calls * 2 }, (_, index) => ({
		at: Math.floor(index / 2) + 1,
		phase: index % 2 === 0 ? ("KILL_BEFORE" as const) : ("KILL_AFTER" as const),
	}));
	const wanted = soakCount(4, attacks.length);
	const step = attacks.length / Math.min(wanted, attacks.length);
	// The first processes only look; the few that are tried by default are spread over the rest.
	for (let index = 0; index < attacks.length - 0.5; index += step) {
		const attack = attacks[Math.floor(index + step / 2)] ?? attacks.at(-1);
		if (attack === undefined) throw new Error("no attack");
		const then = Math.floor(index) % 3 === 0 ? "undo" : "sync";
		try {
			await killedSync(attack.phase, attack.at, then);
		} catch (error) {
			throw new Error(
				`${attack.phase} ${attack.at} of ${calls}, then ${then}`,
				{ cause: error },
			);
		}
	}
}, 7_200_000);
