import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeWorld, type World } from "@llorch/testkit";
import { binaryFile } from "../../scripts/build.ts";
import { compare, report } from "./pairs.ts";

const SUBMODULES = 20;
const FILES = 2_000;

/** What the old script ran for its `status`. */
const OLD =
	"git status; git submodule status; git submodule foreach 'git status --short'";

/** `git status` over 20 submodules of 2,000 files each, against the three commands of the old script. */
export async function main(program = binaryFile): Promise<void> {
	await using world = await makeWorld({ tools: ["git", "sh"] });
	const run = (file: string, ...args: string[]) =>
		execFileSync(file, args, {
			cwd: world.folder,
			env: world.env,
			encoding: "utf8",
			maxBuffer: 1e8,
		});
	makeRepository(world);
	const old = parseOld(run("sh", "-c", OLD));
	const own = parseOwn(run(program, "git", "status", "--json"));
	if (JSON.stringify(old) !== JSON.stringify(own))
		throw new Error(
			`they do not list the same states:\n${JSON.stringify(old)}\n${JSON.stringify(own)}`,
		);
	console.log(`both list the same ${old.length} states`);
	const { env, folder: cwd } = world;
	report(
		"llorch git status / the old script's three commands",
		compare(
			{ file: program, args: ["git", "status"], env, cwd },
			{ file: "sh", args: ["-c", OLD], env, cwd },
			7,
		),
		0.3,
	);
}

/** A submodule: whether it is where it is recorded, its commit, and how many changes it has. */
type State = [path: string, mark: string, commit: string, changes: number];

/** `git submodule status` marks each with ` `, `+` or `-`; `foreach` prints `Entering 'PATH'` and then the changes. */
function parseOld(text: string): State[] {
	const changes = new Map<string, number>();
	let entered: string | undefined;
	for (const line of text.split("\n")) {
		const [, path] = /^Entering '(.*)'$/.exec(line) ?? [];
		if (path !== undefined) {
			entered = path;
			changes.set(path, 0);
		} else if (entered !== undefined && line !== "")
			changes.set(entered, (changes.get(entered) ?? 0) + 1);
	}
	return [...text.matchAll(/^([ +-])([0-9a-f]{40}) (\S+)( \(.*\))?$/gm)].map(
		([, mark = "", commit = "", path = ""]) => [
			path,
			mark,
			mark === "-" ? "" : commit,
			changes.get(path) ?? 0,
		],
	);
}

function parseOwn(text: string): State[] {
	const { result } = JSON.parse(text) as {
		result: {
			submodules: {
				path: string;
				state: string;
				commit: string | null;
				changes: number;
			}[];
		};
	};
	const marks: Record<string, string> = { recorded: " ", uninitialised: "-" };
	return result.submodules.map(({ path, state, commit, changes }) => [
		path,
		marks[state] ?? "+",
		commit ?? "",
		changes,
	]);
}

/** One superproject; most submodules as recorded, some ahead, behind, dirty, on a branch, not checked out. */
function makeRepository(world: World): void {
	const git = (cwd: string, ...args: string[]) =>
		execFileSync("git", args, { cwd, env: world.env, stdio: "pipe" });
	const part = join(world.root, "part");
	for (let n = 0; n < FILES; n++) {
		const path = join(part, `src/module-${n % 50}/file-${n}.rs`);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, `pub fn f${n}() -> usize {\n    ${n}\n}\n`.repeat(20));
	}
	git(part, "init", "-q");
	git(part, "add", "--all");
	git(part, "commit", "-qm", "One");
	git(part, "commit", "-q", "--allow-empty", "-m", "Two");
	const { folder } = world;
	git(folder, "init", "-q");
	for (let n = 0; n < SUBMODULES; n++)
		git(
			folder,
			...[
				"submodule",
				"--quiet",
				"add",
				part,
				`reference/part-${String(n).padStart(2, "0")}`,
			],
		);
	git(folder, "commit", "-qm", "Start");
	const at = (n: number) =>
		join(folder, `reference/part-${String(n).padStart(2, "0")}`);
	for (let n = 0; n < SUBMODULES; n++) git(at(n), "checkout", "-q", "--detach");
	git(at(3), "commit", "-q", "--allow-empty", "-m", "ahead");
	git(at(7), "checkout", "-q", "HEAD~1");
	writeFileSync(join(at(11), "src/module-1/file-1.rs"), "dirty\n");
	writeFileSync(join(at(11), "new.txt"), "untracked\n");
	git(at(13), "switch", "-q", "main");
	git(folder, "submodule", "deinit", "-f", "reference/part-17");
	// As after a while of work: the index knows the files.
	for (let n = 0; n < SUBMODULES; n++) if (n !== 17) git(at(n), "status");
}
