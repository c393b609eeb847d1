import {
	type Captured,
	type CommandRunner,
	capture,
	LlorchError,
	type RunSpec,
} from "@llorch/core";

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
