import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { type GitWorld, makeGitWorld, snapshot } from "@llorch/testkit/git";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { finish, openGit, signal } from "./open.ts";

let world: GitWorld;
beforeEach(async () => {
	world = await makeGitWorld();
	await world.publish(".", { "README.md": "theirs\n" });
	await world.write({ "mine.txt": "mine\n" });
	await world.git("add", "mine.txt");
	await world.git("commit", "-qm", "Mine");
	await world.write({ "Cargo.toml": "uncommitted\n" });
});
afterEach(() => world.dispose());

const take = () => {
	const { files, head, index } = snapshot(world.folder, world.env)["."] ?? {};
	return { files, head, index };
};

async function addHook(name: string, script: string): Promise<void> {
	const path = world.path(`.git/hooks/${name}`);
	await world.write({ [`.git/hooks/${name}`]: `#!/bin/sh\n${script}\n` });
	await chmod(path, 0o755);
}

/** Pulls, and presses Ctrl-C while a hook runs. */
async function pullInterruptedIn(hook: string): Promise<unknown> {
	const reached = world.path(".git/reached");
	await addHook(hook, `: >"${reached}"; exec sleep 60`);
	const controller = new AbortController();
	const reason = new Error("Ctrl-C");
	const pulled = finish(openGit(world).pull({ signal: controller.signal }));
	const error = pulled.then(
		() => undefined,
		(thrown) => (thrown === reason ? "Ctrl-C" : thrown),
	);
	await vi.waitFor(() => expect(existsSync(reached)).toBe(true), {
		timeout: 10_000,
		interval: 5,
	});
	await writeFile(world.path(`.git/hooks/${hook}`), "#!/bin/sh\n");
	controller.abort(reason);
	return error;
}

test("Ctrl-C during a rebase takes it back, with what was put aside for it", async () => {
	const before = take();
	expect(await pullInterruptedIn("post-checkout")).toBe("Ctrl-C");
	expect(take()).toEqual(before);
	expect(existsSync(world.path(".git/rebase-merge"))).toBe(false);
});

test("Ctrl-C before a rebase can be taken back says where the uncommitted changes are", async () => {
	// All that git has noted so far is what it put aside.
	expect(await pullInterruptedIn("pre-rebase")).toMatchObject({
		info: {
			code: "LLORCH_GIT_MID_OPERATION",
			hint: expect.stringContaining("git rebase --quit, then git stash pop"),
		},
	});
	await world.git("rebase", "--quit");
	await world.git("stash", "pop");
	expect(await world.read("Cargo.toml")).toBe("uncommitted\n");
});

test("Ctrl-C during a merge takes it back", async () => {
	await world.git("config", "pull.rebase", "false");
	const before = take();
	expect(await pullInterruptedIn("pre-merge-commit")).toBe("Ctrl-C");
	expect(take()).toEqual(before);
	expect(existsSync(world.path(".git/MERGE_HEAD"))).toBe(false);
});

test("a merge that a hook refuses is taken back", async () => {
	await world.git("config", "pull.rebase", "false");
	await addHook("pre-merge-commit", "echo not today >&2; exit 1");
	const before = take();
	const { value } = await finish(openGit(world).pull({ signal }));
	expect(value.repository).toMatchObject({
		status: "failed",
		error: { code: "LLORCH_GIT_FAILED" },
	});
	expect(take()).toEqual(before);
	expect(existsSync(world.path(".git/MERGE_HEAD"))).toBe(false);
});

test("a merge does not begin where something is staged", async () => {
	await world.git("config", "pull.rebase", "false");
	await world.git("add", "Cargo.toml");
	const before = take();
	const { value } = await finish(openGit(world).pull({ signal }));
	expect(value.repository).toMatchObject({
		status: "failed",
		error: {
			code: "LLORCH_GIT_CHANGES_IN_THE_WAY",
			details: { files: ["Cargo.toml"] },
		},
	});
	expect(take()).toEqual(before);
});
