import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandRunner, follow, LlorchError } from "@llorch/core";
import { realTest } from "@llorch/testkit";
import { makeSshWorld } from "@llorch/testkit/ssh";
import { expect, test } from "vitest";
import { remoteOf, runnerOf } from "../../test/world.ts";
import { putBuild } from "./put.ts";

const { signal } = new AbortController();

function build(text: string) {
	const bytes = Buffer.from(`#!/bin/sh\necho b1 # ${text}\n`);
	return {
		id: "b1",
		files: [{ name: "llorch", mode: 0o755, content: { bytes } }],
		totalBytes: bytes.length,
		signal,
	};
}

realTest(
	["sshd"],
	"a build that is there stays, but for one that is to replace it; a broken one goes",
	async () => {
		await using world = await makeSshWorld({
			hosts: { mac: { files: { ".llorch/bin/b1/torn": "" } } },
		});
		await using remote = remoteOf(world);
		const runner = await runnerOf(remote, "mac");
		const builds = join(world.hosts.mac?.home ?? "", ".llorch/bin");
		for (const [text, replace, left] of [
			["one", false, "one"],
			["two", false, "one"],
			["three", true, "three"],
		] as const) {
			await follow(putBuild(runner, { ...build(text), replace }), () => {});
			expect(readdirSync(builds)).toEqual(["b1"]);
			expect(readdirSync(join(builds, "b1"))).toEqual(["llorch"]);
			expect(readFileSync(join(builds, "b1/llorch"), "utf8")).toContain(left);
		}
	},
);

realTest(
	["sshd"],
	"where another llorch is faster, its build stays and ours goes",
	async () => {
		// The other one is done just before our last step.
		const mv =
			'#!/bin/sh\nmkdir "$2" && echo theirs >"$2/llorch"\nPATH=/usr/bin:/bin exec mv "$@"\n';
		await using world = await makeSshWorld({
			hosts: { mac: { programs: { mv } } },
		});
		await using remote = remoteOf(world);
		const runner = await runnerOf(remote, "mac");
		const builds = join(world.hosts.mac?.home ?? "", ".llorch/bin");
		await follow(
			putBuild(runner, { ...build("ours"), replace: false }),
			() => {},
		);
		expect(readdirSync(builds)).toEqual(["b1"]);
		expect(readdirSync(join(builds, "b1"))).toEqual(["llorch"]);
		expect(readFileSync(join(builds, "b1/llorch"), "utf8")).toBe("theirs\n");
	},
);

test("a link that is lost while nobody asks for the next event is told when somebody does", async () => {
	const lost = async () => {
		await new Promise((resolve) => setImmediate(resolve));
		throw new LlorchError("LLORCH_HOST_LOST", "gone");
	};
	const runner: CommandRunner = {
		host: "mac",
		async start({ args }) {
			const receives = args.some((word) => word.startsWith("cat"));
			return {
				// biome-ignore lint/correctness/useYield: it ends before it has said anything
				output: (async function* () {
					if (receives) await lost();
				})(),
				done: receives ? lost() : Promise.resolve({ exitCode: 0 }),
			} as never;
		},
	};
	const work = putBuild(runner, { ...build("x"), replace: false });
	expect((await work.next()).value).toMatchObject({ type: "progress" });
	// An error that nobody has caught would fail this run.
	await new Promise((resolve) => setTimeout(resolve, 20));
	await expect(work.next()).rejects.toThrow("gone");
});
