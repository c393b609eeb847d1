import { makeGitWorld, snapshot } from "@llorch/testkit/git";
import { expect, test } from "vitest";
import { finish, openGit, signal } from "./open.ts";

test("sync and undo", async () => {
	await using world = await makeGitWorld({ nested: true });
	await world.publish("reference/candle", {
		"new.rs": "x\n",
		"README.md": "changed\n",
	});
	await world.record("reference/candle");
	await world.publish(".", {
		"upstream.txt": "new\n",
		"README.md": "changed upstream\n",
	});
	await world.write({
		"README.md": "mine\n",
		"upstream.txt": "untracked in the way\n",
		"other.txt": "untracked\n",
		"x.log": "ignored",
		"reference/candle/README.md": "mine too\n",
		"reference/candle/kernels/kernel.cu": "mine three\n",
	});
	await world.git("commit", "-qam", "local");
	await world.write({ "README.md": "mine, dirty\n" });
	const before = snapshot(world.folder, world.env);
	const git = openGit(world);
	const { value: plan } = await finish(git.planSync({ signal }));
	await finish(git.applySync(plan, { signal }));
	expect(snapshot(world.folder, world.env)).not.toEqual(before);
	const undo = await git.planUndo({ signal });
	await finish(git.applyUndo(undo, { signal }));
	expect(snapshot(world.folder, world.env)).toEqual(before);
	const status = await git.status({ signal });
	expect(status.submodules.length).toBe(5);
});
