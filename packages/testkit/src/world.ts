import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
	chmod,
	mkdir,
	mkdtemp,
	readFile,
	realpath,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { listTree } from "./list-tree.ts";
import { findPart, type Part, repositoryRoot } from "./parts.ts";
import { type FoundProcess, processesWith } from "./processes.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

export type WorldOptions = {
	/** Written into the project folder; a name that begins with `~/` goes into the world's home. */
	files?: Files;
	/** Makes the project folder a git repository with these files as its first commit. */
	git?: boolean;
	/** Programs that can be found besides node and the system's own. Missing ones are left out. Default: git, python3, llm, hf. */
	tools?: readonly Part[];
	/** `false`: PATH leads to node and `tools` only, so that a program of this machine cannot be met by chance. Default: true. */
	systemPrograms?: boolean;
	/** Added to the environment. */
	env?: Readonly<Record<string, string>>;
};

/** A small world for one test: its own home, project folder, environment and programs. */
export type World = {
	readonly id: string;
	/** Holds everything below. Its name has a space in it, to catch what does not quote. */
	readonly root: string;
	/** The project folder: where commands run. */
	readonly folder: string;
	readonly home: string;
	/** The whole environment for child processes: nothing of ours, no tokens, no proxies. */
	readonly env: Record<string, string>;
	/** A path in the project folder; `~` or `~/…` as the first part is in the world's home. */
	path(...parts: string[]): string;
	write(files: Files): Promise<void>;
	read(path: string): Promise<string>;
	/** Everything under a folder (default: the project folder): `a/b.txt`, `empty/`, `link -> target`. Without `.git`. */
	tree(path?: string): Promise<string[]>;
	/** Puts a small program on PATH, such as a stand-in with `#!/bin/sh`. Returns its path. */
	program(name: string, text: string): Promise<string>;
	/** Runs git in the project folder; rejects when it fails. */
	git(...args: string[]): Promise<string>;
	/** What runs in this world now (Linux; elsewhere always empty). */
	processes(): Promise<FoundProcess[]>;
	/** Removes the world. Rejects when processes of it still run, after ending them. */
	dispose(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

const DEFAULT_TOOLS = ["git", "python3", "llm", "hf"];

export async function makeWorld(options: WorldOptions = {}): Promise<World> {
	const id = randomUUID();
	const root = await realpath(await mkdtemp(join(tmpdir(), "a world ")));
	const folder = join(root, "my project");
	const home = join(root, "home");
	const bin = join(root, "bin");
	const temporary = join(root, "tmp");
	for (const made of [folder, home, bin, temporary]) await mkdir(made);
	await linkTools(bin, options.tools ?? DEFAULT_TOOLS);

	const env: Record<string, string> = {
		HOME: home,
		PATH: [
			bin,
			...(options.systemPrograms === false ? [] : ["/usr/bin", "/bin"]),
		].join(delimiter),
		TMPDIR: temporary,
		XDG_CONFIG_HOME: join(home, ".config"),
		XDG_CACHE_HOME: join(home, ".cache"),
		XDG_STATE_HOME: join(home, ".local", "state"),
		XDG_DATA_HOME: join(home, ".local", "share"),
		LLM_USER_PATH: join(home, ".config", "io.datasette.llm"),
		GIT_CONFIG_GLOBAL: join(home, ".gitconfig"),
		GIT_CONFIG_NOSYSTEM: "1",
		HF_HUB_DISABLE_UPDATE_CHECK: "1",
		// Two thirds of a start from the source go into compiling it: once is enough for all tests.
		NODE_COMPILE_CACHE: join(repositoryRoot, ".cache", "compiled"),
		LANG: "C.UTF-8",
		TZ: "UTC",
		LLORCH_WORLD: id,
		...options.env,
	};
	const path = (...parts: string[]) => {
		const joined = join(...parts);
		if (joined === "~") return home;
		return joined.startsWith("~/")
			? join(home, joined.slice(2))
			: join(folder, joined);
	};
	const write = async (files: Files) => {
		for (const [name, content] of Object.entries(files)) {
			await mkdir(dirname(path(name)), { recursive: true });
			await writeFile(path(name), content);
		}
	};
	const git = async (...args: string[]) => {
		const { stdout } = await promisify(execFile)("git", args, {
			cwd: folder,
			env,
		});
		return stdout;
	};
	const processes = () => processesWith("LLORCH_WORLD", id);
	const dispose = async () => {
		const left = await stopAll(processes);
		await rm(root, { recursive: true, force: true });
		if (left.length > 0)
			throw new Error(
				`the world was left while ${left.map(({ pid, command }) => `${pid} (${command})`).join(", ")} still ran in it`,
			);
	};

	await write({ "~/.gitconfig": GIT_CONFIG, ...options.files });
	if (options.git) {
		await git("init", "--quiet");
		await git("add", "--all");
		await git("commit", "--quiet", "--allow-empty", "--message", "Start");
	}
	return {
		id,
		root,
		folder,
		home,
		env,
		path,
		write,
		read: (name) => readFile(path(name), "utf8"),
		tree: (name = ".") => listTree(path(name)),
		program: async (name, text) => {
			const file = join(bin, name);
			// A tool may be linked here: writing through the link would change the real one.
			await rm(file, { force: true });
			await writeFile(file, text);
			await chmod(file, 0o755);
			return file;
		},
		git,
		processes,
		dispose,
		[Symbol.asyncDispose]: dispose,
	};
}

async function linkTools(bin: string, tools: readonly Part[]): Promise<void> {
	await symlink(process.execPath, join(bin, "node"));
	for (const tool of tools) {
		const found = findPart(tool);
		if (found !== undefined) await symlink(found, join(bin, basename(found)));
	}
}

/** Ends what still runs, and returns what did not end by itself. */
async function stopAll(processes: World["processes"]): Promise<FoundProcess[]> {
	// The last child of a process that has just ended may need a moment.
	const left = await remaining(processes);
	for (const { pid } of left) {
		try {
			process.kill(pid, "SIGKILL");
		} catch {
			// It ended between the look and the signal.
		}
	}
	if (left.length > 0) await remaining(processes);
	return left;
}

/** What still runs after half a second. They are not our children, so nobody tells us when they end: we look again. */
async function remaining(
	processes: World["processes"],
): Promise<FoundProcess[]> {
	let left = await processes();
	for (let look = 0; look < 20 && left.length > 0; look++) {
		await delay(25);
		left = await processes();
	}
	return left;
}

// protocol.file.allow: git refuses submodules from local folders since 2.38.1 (CVE-2022-39253).
const GIT_CONFIG = `[user]
	name = Tester
	email = tester@example.org
[init]
	defaultBranch = main
[protocol "file"]
	allow = always
[commit]
	gpgSign = false
[gc]
	auto = 0
[maintenance]
	auto = false
`;
