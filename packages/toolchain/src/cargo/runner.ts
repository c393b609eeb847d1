import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type CommandRunner, LlorchError, type RunSpec } from "@llorch/core";

/** What rustup puts into its folder, and we run. */
const RUST = new Set(["cargo", "rustc", "rustup"]);

export type CargoSurroundings = {
	runner: CommandRunner;
	env: Readonly<Record<string, string | undefined>>;
	home: string;
};

/**
 * The same runner, but cargo, rustc and rustup are also found in rustup's folder: a shell without a login (ssh, a desktop's launcher) often
 * lacks it on PATH. `start` throws LLORCH_CARGO_NOT_FOUND where cargo is in neither place.
 */
export function cargoRunner(surroundings: CargoSurroundings): CommandRunner {
	const { runner, env } = surroundings;
	const bin = join(cargoHome(surroundings), "bin");
	// cargo looks for rustc on PATH too.
	const withBin = (spec: RunSpec): RunSpec => ({
		...spec,
		env: {
			...spec.env,
			PATH: [env.PATH, bin].filter(Boolean).join(delimiter),
		},
	});
	return {
		host: runner.host,
		async start(spec, options) {
			try {
				return await runner.start(spec, options);
			} catch (error) {
				const missing =
					error instanceof LlorchError &&
					error.info.code === "LLORCH_PROGRAM_NOT_FOUND";
				if (!missing || !RUST.has(spec.file)) throw error;
				if (await isProgram(join(bin, spec.file)))
					return runner.start(withBin(spec), options);
				if (spec.file !== "cargo") throw error;
				throw new LlorchError(
					"LLORCH_CARGO_NOT_FOUND",
					`cargo was not found, neither on PATH nor in ${bin}`,
					{
						hint: "Doctor shows the command that installs Rust on this machine.",
						run: ["dev", "doctor"],
						details: { path: env.PATH ?? "", folder: bin },
					},
				);
			}
		},
	};
}

/** Where cargo keeps its own things. (https://doc.rust-lang.org/cargo/guide/cargo-home.html) */
export function cargoHome({
	env,
	home,
}: Pick<CargoSurroundings, "env" | "home">): string {
	return env.CARGO_HOME || join(home, ".cargo");
}

async function isProgram(path: string): Promise<boolean> {
	try {
		await access(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
