import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyLlamaOrch, llorchSession, type Session } from "@llorch/testkit";
import { makeSshWorld, type SshHost, type SshWorld } from "@llorch/testkit/ssh";

/** Where the repository is over there. */
export const FAR = "/home/far/llama orch";

/** A world with another machine, `gpu1`: the small llama-orch is there, and llorch; its cargo is not on the PATH of a login without a terminal. */
export type FarLlamaOrch = {
	world: SshWorld;
	gpu1: SshHost;
	llorch: Session;
	/** A path in the far repository, as seen from here. */
	far(path: string): string;
};

export async function makeFarLlamaOrch(
	env: Readonly<Record<string, string>> = {},
): Promise<FarLlamaOrch> {
	const world = await makeSshWorld({
		hosts: { gpu1: { node: true, rust: true } },
		env: { LLORCH_REMOTE_PATH: "~/llama orch", ...env },
	});
	const gpu1 = world.hosts.gpu1 as SshHost;
	const folder = join(gpu1.home, "llama orch");
	await copyLlamaOrch(folder);
	const git = (...args: string[]) =>
		execFileSync("git", ["-C", folder, ...args], {
			env: { ...world.env, GIT_CONFIG_GLOBAL: world.path("~/.gitconfig") },
			stdio: "pipe",
		});
	git("init", "--quiet");
	git("add", "--all");
	git("commit", "--quiet", "--message", "Start");
	git("init", "--quiet", "--bare", join(gpu1.home, "origin.git"));
	git("remote", "add", "origin", "../origin.git");
	git("push", "--quiet", "--set-upstream", "origin", "main");
	writeFileSync(join(folder, "tiny.gguf"), "model");
	const llorch = llorchSession(world);
	const setup = await llorch("remote setup gpu1", { killAfter: 120_000 });
	if (setup.code !== 0) throw new Error(setup.stderr);
	return { world, gpu1, llorch, far: (path) => join(folder, path) };
}
