import {
	type Captured,
	type CommandRunner,
	capture,
	LlorchError,
	type RunSpec,
} from "@llorch/core";
import { type CargoSurroundings, cargoRunner } from "../cargo/runner.ts";

/** cargo's runner for a check: a look must not download the toolchain that the repository asks for. */
export function lookRunner(surroundings: CargoSurroundings): CommandRunner {
	const { runner } = surroundings;
	const start: CommandRunner["start"] = (spec, options) =>
		runner.start(
			{ ...spec, env: { ...spec.env, RUSTUP_AUTO_INSTALL: "0" } },
			options,
		);
	return cargoRunner({ ...surroundings, runner: { host: runner.host, start } });
}

/** What a program answers to a check; undefined when this machine has none of that name. Throws the signal's reason. */
export async function ask(
	runner: CommandRunner,
	spec: RunSpec,
	signal: AbortSignal,
): Promise<Captured | undefined> {
	try {
		const captured = await capture(runner, spec, { signal });
		signal.throwIfAborted();
		return captured;
	} catch (error) {
		const missing =
			error instanceof LlorchError &&
			/_NOT_(FOUND|RUNNABLE)$/.test(error.info.code);
		if (missing) return undefined;
		throw error;
	}
}
