import { execFileSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { repositoryRoot } from "./parts.ts";
import { makeWorld, type World, type WorldOptions } from "./world.ts";

/** The small llama-orch: crates, features, binaries and tests as llorch expects them, with nothing but the standard library. */
export const llamaOrch = join(
	repositoryRoot,
	"tests",
	"fixtures",
	"llama-orch",
);

/**
 * A world with real cargo, whose project folder is a copy of the small llama-orch. With `git`, it is committed. What the
 * fixture's switches do stands in its README.
 */
export async function makeRustWorld(
	options: WorldOptions = {},
): Promise<World> {
	const { git, ...rest } = options;
	const world = await makeWorld(rest);
	world.env.PATH = [join(rustToolchain(), "bin"), world.env.PATH].join(
		delimiter,
	);
	// Only the tests' own words in what they print.
	world.env.RUST_BACKTRACE = "0";
	await copyLlamaOrch(world.folder);
	if (git) {
		await world.git("init", "--quiet");
		await world.git("add", "--all");
		await world.git("commit", "--quiet", "--message", "Start");
	}
	return world;
}

export async function copyLlamaOrch(folder: string): Promise<void> {
	await cp(llamaOrch, folder, {
		recursive: true,
		filter: (path) => path !== join(llamaOrch, "target"),
	});
}

/**
 * The folder of the real toolchain, with `bin/cargo` and `bin/rustc`. Those of rustup are stand-ins that look for it in HOME, and
 * a world has another one.
 */
export function rustToolchain(): string {
	const root = execFileSync("rustc", ["--print", "sysroot"], {
		encoding: "utf8",
	});
	return root.trim();
}
