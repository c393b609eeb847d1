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
	world.env.PATH = [rustFolder(), world.env.PATH].join(delimiter);
	// Only the tests' own words in what they print.
	world.env.RUST_BACKTRACE = "0";
	await cp(llamaOrch, world.folder, {
		recursive: true,
		filter: (path) => path !== join(llamaOrch, "target"),
	});
	if (git) {
		await world.git("init", "--quiet");
		await world.git("add", "--all");
		await world.git("commit", "--quiet", "--message", "Start");
	}
	return world;
}

/**
 * Where the real cargo and rustc are. Those of rustup are stand-ins that look for their toolchain in HOME, and a world has
 * another one.
 */
function rustFolder(): string {
	const root = execFileSync("rustc", ["--print", "sysroot"], {
		encoding: "utf8",
	});
	return join(root.trim(), "bin");
}
