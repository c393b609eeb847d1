import { soakCount } from "@llorch/testkit";
import { makeGitWorld, snapshot } from "@llorch/testkit/git";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readAgain, readIgnored } from "./ignored-files.ts";
import { MUTATIONS, mutate, WHERE } from "./mutations.ts";
import { finish, openGit, signal } from "./open.ts";
import { applyUpstream, UPSTREAM } from "./upstream.ts";

const mutations = fc.array(
	fc.record({
		where: fc.constantFrom(...WHERE),
		what: fc.constantFrom(...MUTATIONS),
		name: fc.nat(15),
		content: fc.nat(6),
	}),
	{ maxLength: 8 },
);

const HISTORIES = soakCount(6, 60);

const scenario = fc.record({
	upstream: fc.uniqueArray(fc.constantFrom(...UPSTREAM), { maxLength: 3 }),
	mutations,
	action: fc.constantFrom(
		"sync",
		"sync",
		"reset candle",
		"reset kernels",
		"clean",
	),
	maxFile: fc.constantFrom(2000, 1_000_000),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

async function expectBroughtBack({
	upstream,
	mutations,
	action,
	maxFile,
}: Scenario): Promise<void> {
	await using world = await makeGitWorld({ nested: true });
	for (const one of upstream) applyUpstream(world, one);
	for (const one of mutations) mutate(world.folder, world.env, one);
	// git itself notes what it finds unchanged; that is no change.
	const before = snapshot(world.folder, world.env);
	const ignored = readIgnored(world.folder, world.env, Object.keys(before));
	const git = openGit(world, { maxFile });

	if (action === "sync") {
		const { value: plan } = await finish(git.planSync({ signal }));
		const { value: done } = await finish(git.applySync(plan, { signal }));
		expect(done.submodules.filter(({ status }) => status === "failed")).toEqual(
			[],
		);
		expect(await world.git("rev-parse", "HEAD", "origin/main")).toBe(
			`${done.commit}\n${done.commit}\n`,
		);
		expect(await world.git("status", "--porcelain", "-uno")).toBe("");
	} else if (action === "clean") {
		const { value: plan } = await finish(git.planClean({ signal }));
		await finish(git.applyClean(plan, { signal }));
		expect(await world.git("clean", "-nd")).not.toMatch(/^Would remove/m);
		if (plan.empty) return;
	} else {
		const name = action === "reset candle" ? "candle" : "kernels";
		if (
			action === "reset kernels" &&
			before["./reference/candle"] === undefined
		)
			return;
		const { value: plan } = await finish(git.planReset({ name, signal }));
		const { value: done } = await finish(git.applyReset(plan, { signal }));
		expect(done.submodules.filter(({ status }) => status === "failed")).toEqual(
			[],
		);
		if (plan.empty) return;
	}
	const entries = await git.listUndo({ signal });
	if (entries.length === 0) return;
	const plan = await git.planUndo({ signal });
	await finish(git.applyUndo(plan, { signal }));
	expect(snapshot(world.folder, world.env)).toEqual(before);
	expect(readAgain(world.folder, Object.keys(ignored))).toEqual(ignored);
}

test(
	`soak: what sync, reset and clean take away, undo brings back, in ${HISTORIES} histories`,
	() =>
		fc.assert(fc.asyncProperty(scenario, expectBroughtBack), {
			numRuns: HISTORIES,
			verbose: 1,
			...(process.env.LLORCH_SEED
				? { seed: Number(process.env.LLORCH_SEED) }
				: {}),
		}),
	60_000 + HISTORIES * 10_000,
);
