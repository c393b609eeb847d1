import { afterEach, beforeEach, expect, test } from "vitest";
import { type GitSession, openGitWorld } from "./git-world.ts";

// What scripts read: the fields are spelled out, and are only ever added to.

let world: GitSession;
beforeEach(async () => {
	world = await openGitWorld();
});
afterEach(() => world.dispose());

async function json(line: string) {
	const { stdout, stderr, code } = await world.llorch([
		...line.split(" "),
		"--json",
	]);
	const envelope = JSON.parse(stdout);
	expect({ stderr, code }).toEqual({ stderr: "", code: envelope.exit });
	return envelope.result;
}

const hash = (letters = 40) =>
	expect.stringMatching(new RegExp(`^[0-9a-f]{${letters}}$`));
const PATH = "reference/candle";

test("pull, log and the submodules' commands", async () => {
	await world.publish(PATH, { "new.rs": "" });
	await world.record(PATH);
	const moved = { path: PATH, status: "moved", from: hash(), to: hash() };
	const pulled = await json("git pull");
	expect(pulled.repository).toEqual({
		branch: "main",
		upstream: "origin/main",
		status: "fast-forward",
		from: hash(),
		to: hash(),
		own: 0,
		commits: [
			{
				hash: hash(),
				short: hash(7),
				subject: `Record ${PATH}`,
				author: expect.any(String),
				date: expect.any(String),
			},
		],
		files: [{ path: PATH, letter: "M" }],
	});
	expect(pulled.submodules[0]).toEqual(moved);

	const { lines } = await json("git log -n 1");
	expect(lines).toEqual([
		{
			graph: "* ",
			commit: {
				...pulled.repository.commits[0],
				parents: [hash()],
				refs: expect.arrayContaining(["HEAD -> main", "origin/main"]),
			},
		},
	]);
	expect((await json("git submodules list")).submodules[0]).toMatchObject({
		name: PATH,
		path: PATH,
		branch: null,
		changes: 0,
		last: { subject: "Change new.rs" },
	});
	await world.publish(PATH, { "newer.rs": "" });
	expect(await json("git submodules update candle")).toEqual({
		goal: "tip",
		submodules: [moved],
	});
	expect(await json("git submodules branch candle main")).toMatchObject({
		switched: { path: PATH, branch: "main", created: false },
	});
	expect(await json("git submodules reset candle --dry-run")).toMatchObject({
		done: false,
		path: PATH,
		commit: hash(),
		submodules: [{ path: PATH, status: "moved" }],
		losses: [],
		kept: null,
	});
});

test("sync, clean and undo", async () => {
	await world.write({ "README.md": "mine\n", "new.txt": "12345" });
	const loss = {
		path: ".",
		files: [{ path: "README.md", what: "modified" }],
		commits: [],
		operation: null,
	};
	const planned = await json("git sync --dry-run");
	expect(planned).toMatchObject({
		done: false,
		remote: "origin",
		branch: "main",
		commit: hash(),
		subject: "Start",
		from: { branch: "main", commit: hash() },
		losses: [loss],
		kept: null,
	});
	const { kept, ...rest } = await json("git sync --force");
	expect(rest).toMatchObject({ done: true, losses: [loss] });
	const entry = expect.stringMatching(/^\d{8}T\d{6}Z(-\d+)?$/);
	expect(kept).toEqual({ entry, files: 1, commits: 0, moved: [] });
	const cleaned = {
		done: true,
		files: [{ path: "new.txt" }],
		folders: [],
		repositories: [],
		entry,
		moved: [],
	};
	expect(await json("git clean --dry-run")).toEqual({
		...cleaned,
		done: false,
		entry: null,
	});
	expect(await json("git clean --force")).toEqual(cleaned);
	const { undone } = await json("git undo");
	expect(undone).toEqual({
		id: entry,
		action: "clean",
		what: "1 file",
		entry,
		repositories: ["."],
	});
	const { entries } = await json("git undo --list");
	expect(entries).toHaveLength(3);
	expect(entries[1]).toEqual({
		id: undone.id,
		action: "clean",
		what: "1 file",
		at: expect.any(String),
		state: "done",
		undoneBy: undone.entry,
		repositories: ["."],
		size: expect.any(Number),
		until: expect.any(String),
	});
	expect(await json("git undo --prune")).toEqual({ pruned: [] });
});
