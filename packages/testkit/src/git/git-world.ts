import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	realpath,
	rename,
	rm,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../parts.ts";
import {
	type Files,
	makeWorld,
	type World,
	type WorldOptions,
} from "../world.ts";

export type GitWorldOptions = WorldOptions & {
	/** Gives candle a submodule of its own: `reference/candle/kernels`. */
	nested?: boolean;
};

/**
 * A world whose project is a clone of a real bare remote, with four submodules at `reference/…`, each with a real bare remote of
 * its own, all checked out at what is recorded.
 */
export type GitWorld = World & {
	/** The bare remote: `llama-orch`, or a submodule's name. */
	remote(name: string): string;
	/** Runs git in a folder of the project (from its root); rejects when it fails. */
	at(folder: string, ...args: string[]): Promise<string>;
	/** Somebody else's commit, pushed to a remote (`.`: the repository, else a submodule's path). Returns its hash. */
	publish(where: string, files: Files, branch?: string): Promise<string>;
	/** Somebody else records the submodules' tips in the repository, and pushes that. Returns its hash. */
	record(...paths: string[]): Promise<string>;
	/** Somebody else's clone, to prepare what `publish` cannot. */
	readonly author: string;
	/** Runs git there. */
	authorGit(folder: string, ...args: string[]): Promise<string>;
};

export const SUBMODULES = [
	"candle",
	"candle-vllm",
	"llama.cpp",
	"mistral.rs",
] as const;

export async function makeGitWorld(
	options: GitWorldOptions = {},
): Promise<GitWorld> {
	const { nested = false, ...rest } = options;
	const archive = await findArchive(nested);
	const world = await makeWorld({ tools: ["git"], ...rest });
	await rm(world.folder, { recursive: true });
	await promisify(execFile)("tar", ["-xf", archive, "-C", world.root]);
	await replaceInConfigs(world.root, ANYWHERE, world.root);
	const author = join(world.root, "author");
	const run = (cwd: string, args: readonly string[]) =>
		runGit(cwd, world.env, args);
	const publish: GitWorld["publish"] = async (where, files, branch) => {
		const folder = join(author, where);
		if (branch !== undefined) await run(folder, ["switch", "-q", "-C", branch]);
		for (const [name, content] of Object.entries(files)) {
			await mkdir(dirname(join(folder, name)), { recursive: true });
			await writeFile(join(folder, name), content);
		}
		await run(folder, ["add", "--all"]);
		// Ignored ones too: others may track what we ignore.
		await run(folder, ["add", "--force", "--", ...Object.keys(files)]);
		await run(folder, ["commit", "-q", "-m", `Change ${Object.keys(files)}`]);
		await run(folder, ["push", "-q", "origin", "HEAD"]);
		return (await run(folder, ["rev-parse", "HEAD"])).trim();
	};
	return {
		...world,
		remote: (name) => join(world.root, "remotes", `${name}.git`),
		at: (folder, ...args) => run(join(world.folder, folder), args),
		publish,
		async record(...paths) {
			await run(author, ["add", "--", ...paths]);
			await run(author, ["commit", "-q", "-m", `Record ${paths}`]);
			await run(author, ["push", "-q", "origin", "HEAD"]);
			return (await run(author, ["rev-parse", "HEAD"])).trim();
		},
		author,
		authorGit: (folder, ...args) => run(join(author, folder), args),
	};
}

/** Stands in the archive for the folder of a world. */
const ANYWHERE = "/world";

/**
 * Making the repositories takes some eighty processes, unpacking them one. So they are made once, for all test files, until this
 * file or git changes.
 */
async function findArchive(nested: boolean): Promise<string> {
	const run = promisify(execFile);
	const { stdout: version } = await run("git", ["--version"]);
	const key = createHash("sha256")
		.update(await readFile(import.meta.filename))
		.update(version + nested);
	const folder = join(repositoryRoot, ".cache", "git-worlds");
	const archive = join(folder, `${key.digest("hex")}.tar`);
	if (existsSync(archive)) return archive;
	const root = await realpath(await mkdtemp(join(tmpdir(), "a git template ")));
	await makeTemplate(root, nested);
	await replaceInConfigs(root, root, ANYWHERE);
	await mkdir(folder, { recursive: true });
	const packed = `${archive}.${randomUUID()}`;
	await run("tar", ["-cf", packed, "-C", root, "."]);
	await rename(packed, archive);
	await rm(root, { recursive: true });
	return archive;
}

async function makeTemplate(root: string, nested: boolean): Promise<void> {
	const world = await makeWorld({ tools: ["git"] });
	const run = (cwd: string, ...args: string[]) => runGit(cwd, world.env, args);
	const remotes = join(root, "remotes");
	const author = join(root, "author");
	await mkdir(remotes);
	const names = [...SUBMODULES, "llama-orch", ...(nested ? ["kernels"] : [])];
	for (const name of names)
		await run(
			root,
			"init",
			"-q",
			"--bare",
			"--template=",
			`remotes/${name}.git`,
		);
	if (nested) await seed(run, root, "kernels", { "kernel.cu": "__global__\n" });
	for (const name of SUBMODULES)
		await seed(
			run,
			root,
			name,
			{
				"README.md": `# ${name}\n`,
				"src/lib.rs": "fn main() {}\n",
				".gitignore": "target/\n*.log\n",
			},
			nested && name === "candle" ? "kernels" : undefined,
		);
	await run(root, "init", "-q", "--template=", "author");
	await run(author, "remote", "add", "origin", join(remotes, "llama-orch.git"));
	for (const [name, content] of Object.entries({
		"README.md": "# llama-orch\n",
		"Cargo.toml": "[workspace]\n",
		"bin/run.sh": "#!/bin/sh\necho run\n",
		".gitignore": "target/\n.test-models/\n*.log\n",
	})) {
		await mkdir(dirname(join(author, name)), { recursive: true });
		await writeFile(join(author, name), content, {
			mode: name.endsWith(".sh") ? 0o755 : 0o644,
		});
	}
	for (const name of SUBMODULES)
		await run(
			author,
			"submodule",
			"--quiet",
			"add",
			`../${name}.git`,
			`reference/${name}`,
		);
	await run(author, "submodule", "--quiet", "update", "--init", "--recursive");
	await run(author, "add", "--all");
	await run(author, "commit", "-q", "-m", "Start");
	await run(author, "push", "-q", "-u", "origin", "main");
	await run(
		root,
		"clone",
		"-q",
		"--template=",
		"--recurse-submodules",
		join(remotes, "llama-orch.git"),
		"my project",
	);
	for (const name of SUBMODULES)
		await run(join(author, "reference", name), "switch", "-q", "main");
	await world.dispose();
}

async function seed(
	run: (cwd: string, ...args: string[]) => Promise<string>,
	root: string,
	name: string,
	files: Files,
	submodule?: string,
): Promise<void> {
	const folder = join(root, `seed-${name}`);
	await run(root, "init", "-q", "--template=", folder);
	for (const [path, content] of Object.entries(files)) {
		await mkdir(dirname(join(folder, path)), { recursive: true });
		await writeFile(join(folder, path), content);
	}
	await run(
		folder,
		"remote",
		"add",
		"origin",
		join(root, "remotes", `${name}.git`),
	);
	if (submodule !== undefined)
		await run(
			folder,
			"submodule",
			"--quiet",
			"add",
			`../${submodule}.git`,
			submodule,
		);
	await run(folder, "add", "--all");
	await run(folder, "commit", "-q", "-m", `Start ${name}`);
	await run(folder, "push", "-q", "origin", "main");
	await rm(folder, { recursive: true });
}

/** Repositories name each other by absolute path in their configuration. */
async function replaceInConfigs(
	folder: string,
	from: string,
	to: string,
): Promise<void> {
	for (const entry of await readdir(folder, {
		recursive: true,
		withFileTypes: true,
	})) {
		if (entry.name !== "config" || !entry.isFile()) continue;
		const path = join(entry.parentPath, entry.name);
		const text = await readFile(path, "utf8");
		if (text.includes(from)) await writeFile(path, text.replaceAll(from, to));
	}
}

async function runGit(
	cwd: string,
	env: Record<string, string>,
	args: readonly string[],
): Promise<string> {
	const { stdout } = await promisify(execFile)("git", args, { cwd, env });
	return stdout;
}
