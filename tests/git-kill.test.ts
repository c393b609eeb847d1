import { execFile } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
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
	await world.program(
		"git",
		`#!/bin/sh
kill_llorch() {
	# Several commands may have been given to one shell: llorch is above it.
	parent=$PPID
	while [ "$(ps -o comm= -p $parent)" = sh ]; do parent=$(ps -o ppid= -p $parent); done
	kill -9 $parent
}
if [ -n "$COUNT" ]; then
	# Several run at once: who can make the file has the number. "last" only saves looking from the start.
	set -C
	read -r n 2>/dev/null <"${counts}/last" || n=1
	until true 2>/dev/null >"${counts}/$n"; do n=$((n + 1)); done
	echo $n >|"${counts}/last"
	if [ "$n" = "$KILL_BEFORE" ]; then kill_llorch; exit 1; fi
fi
"${findPart("git")}" "$@"
code=$?
if [ -n "$COUNT" ] && [ "$n" = "$KILL_AFTER" ]; then kill_llorch; fi
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

type Attack = {
	phase: "KILL_BEFORE" | "KILL_AFTER";
	at: number;
	next: "sync" | "undo";
};

type Target = Awaited<ReturnType<typeof makeTarget>>;

/** A busy world that can be brought back to how it began. */
async function makeTarget() {
	const world = await makeBusyWorld();
	const state = () => withoutRemotes(snapshot(world.folder, world.env));
	const before = state();
	const counts = await addCountingGit(world);
	const kept = join(world.root, "kept");
	const copy = promisify(execFile);
	const places = [world.folder, world.home];
	await mkdir(kept);
	await copy("cp", ["-a", ...places, kept]);
	const llorch = llorchSession(world);
	const run = (words: string, env: Record<string, string> = {}) =>
		llorch(words, { env, killAfter: 120_000 });

	const restore = async () => {
		for (const place of [...places, counts])
			await rm(place, { recursive: true, force: true });
		await mkdir(counts);
		for (const place of places)
			await copy("cp", ["-a", join(kept, basename(place)), place]);
	};
	const ended = async () => {
		while ((await world.processes()).length > 0) await delay(25);
	};

	return {
		[Symbol.asyncDispose]: world.dispose,
		/** How many times a whole sync calls git. */
		async countCalls(): Promise<number> {
			await restore();
			expect(await run("git sync --force", { COUNT: "yes" })).toMatchObject({
				code: 0,
			});
			await expectSynced(world);
			return (await readdir(counts)).filter((name) => name !== "last").length;
		},
		async attack({ phase, at, next }: Attack): Promise<void> {
			await restore();
			const killed = await run("git sync --force", {
				COUNT: "yes",
				[phase]: String(at),
			});
			expect(killed.signal).toBe("SIGKILL");
			await ended();
			if (next === "sync") {
				const sync = await run("git sync --force");
				expect(sync, sync.stderr).toMatchObject({ code: 0 });
				await expectSynced(world);
			}
			// Nothing was lost on the way: the first state is at most one undo away.
			const undo = await run("git undo --force");
			if (next === "undo" && undo.code !== 0)
				expect(undo.stderr).toContain("LLORCH_GIT_NOTHING_TO_UNDO");
			else expect(undo, undo.stderr).toMatchObject({ code: 0 });
			expect(state()).toEqual(before);
		},
	};
}

test("soak: a sync killed before or after any of its git processes is made whole by the next sync or undo", async () => {
	await using first = await makeTarget();
	const calls = await first.countCalls();
	expect(calls).toBeGreaterThan(50);
	const attacks = Array.from(
		{ length: calls * 2 },
		(_, index): Attack => ({
			at: Math.floor(index / 2) + 1,
			phase: index % 2 === 0 ? "KILL_BEFORE" : "KILL_AFTER",
			next: index % 3 === 0 ? "undo" : "sync",
		}),
	);
	const count = soakCount(4, attacks.length);
	const step = attacks.length / count;
	// The first processes only look; the few that are tried by default are spread over the rest.
	const chosen = Array.from(
		{ length: count },
		(_, index) => attacks[Math.floor((index + 0.5) * step)] as Attack,
	);
	// A second target pays for itself where there are many.
	await using second = count < 10 ? undefined : await makeTarget();
	const tryAll = async (target: Target) => {
		for (let next = chosen.shift(); next !== undefined; next = chosen.shift())
			try {
				await target.attack(next);
			} catch (cause) {
				chosen.length = 0;
				throw new Error(`${JSON.stringify(next)} of ${calls}`, { cause });
			}
	};
	const ends = await Promise.allSettled(
		[first, second].filter((target) => target !== undefined).map(tryAll),
	);
	for (const end of ends) if (end.status === "rejected") throw end.reason;
}, 7_200_000);
