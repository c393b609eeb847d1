import { execFileSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { GitWorld } from "@llorch/testkit/git";

/** What others did in the meantime, pushed to the remotes. */
export const UPSTREAM = [
	"change a file",
	"add files in the way",
	"file becomes folder",
	"folder becomes file",
	"delete a file",
	"make executable",
	"track an ignored path",
	"move candle on",
	"move kernels on",
	"rewrite history",
	"add a submodule",
	"remove a submodule",
	"move a submodule",
	"add a tag and a branch",
] as const;

export type Upstream = (typeof UPSTREAM)[number];

export function applyUpstream(world: GitWorld, what: Upstream): void {
	const at = (folder: string, ...args: string[]) => {
		try {
			execFileSync("git", args, {
				cwd: join(world.author, folder),
				env: world.env,
				stdio: ["ignore", "pipe", "pipe"],
			});
		} catch (error) {
			if (!["mv", "rm", "commit", "submodule"].includes(args[0] ?? ""))
				throw error;
		}
	};
	const remove = (path: string) =>
		rmSync(join(world.author, path), { recursive: true, force: true });
	const write = (path: string, text: string, mode = 0o644) => {
		const file = join(world.author, path);
		for (let part = path; part !== "."; part = dirname(part)) {
			const is = lstatSync(join(world.author, part), { throwIfNoEntry: false });
			if (is !== undefined && (part === path || !is.isDirectory()))
				remove(part);
		}
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text, { mode });
		chmodSync(file, mode);
	};
	const publish = (folder: string) => {
		at(folder, "add", "--all");
		at(folder, "commit", "-qm", what);
		at(folder, "push", "-q", "--force", "origin", "HEAD:main");
	};
	switch (what) {
		case "change a file":
			write("README.md", "changed by others\n");
			write("Cargo.toml", "[workspace]\r\nmembers = []\r\n");
			break;
		case "add files in the way":
			if (existsSync(join(world.author, "up"))) remove("up");
			write("upstream.txt", "theirs\n");
			write("up/stream.txt", "theirs\n");
			write("deep/er/file.txt", "theirs\n");
			write("plain.txt", "theirs\n");
			break;
		case "file becomes folder":
			remove("README.md");
			write("README.md/index.md", "theirs\n");
			break;
		case "folder becomes file":
			remove("bin");
			write("bin", "a file now\n");
			break;
		case "delete a file":
			remove("Cargo.toml");
			break;
		case "make executable":
			if (existsSync(join(world.author, "Cargo.toml")))
				chmodSync(join(world.author, "Cargo.toml"), 0o755);
			break;
		case "track an ignored path":
			write("target/debug/ignored.o", "theirs\n");
			write("plain.txt.log", "theirs\n");
			at(".", "add", "-f", "target", "plain.txt.log");
			break;
		case "move candle on":
			write("reference/candle/README.md", "# candle 2\n");
			write("reference/candle/up", "theirs\n");
			publish("reference/candle");
			break;
		case "move kernels on":
			at("reference/candle/kernels", "checkout", "-q", "--detach");
			write("reference/candle/kernels/kernel.cu", "__global__ void f();\n");
			write("reference/candle/kernels/plain.txt", "theirs\n");
			publish("reference/candle/kernels");
			publish("reference/candle");
			break;
		case "rewrite history":
			at(".", "commit", "-q", "--amend", "-m", "Start again");
			break;
		case "add a submodule":
			if (!existsSync(join(world.author, "reference/new")))
				at(
					".",
					"submodule",
					"--quiet",
					"add",
					"--name",
					"new one",
					"../llama.cpp.git",
					"deep",
				);
			break;
		case "remove a submodule":
			at(".", "rm", "-qf", "reference/llama.cpp");
			break;
		case "move a submodule":
			at(".", "mv", "reference/candle-vllm", "reference/vllm");
			break;
		case "add a tag and a branch":
			at(".", "tag", "-f", "v-theirs");
			at(".", "push", "-qf", "origin", "v-theirs", "HEAD:refs/heads/theirs");
			break;
	}
	publish(".");
}
