import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import type { RunSpec } from "@llorch/core";
import { findPlainScript, type Place } from "./find-program.ts";
import type { Guardian } from "./guardian.ts";
import { explainStartError } from "./start-error.ts";

export type StartedProcess = ChildProcess & {
	pid: number;
	stdout: Readable;
	stderr: Readable;
};

/**
 * Starts a program as leader of its own process group, under the guardian's eyes. The caller listens to the process in the
 * tick in which the promise resolves. Throws what `explainStartError` returns.
 */
export async function startProgram(
	spec: RunSpec,
	options: Place & { hasInput: boolean; guardian: Guardian },
): Promise<StartedProcess> {
	const { execa } = await import("execa");
	const launch = async (file: string, args: readonly string[]) => {
		try {
			const child = options.guardian.guard((mark) =>
				execa(file, args, {
					cwd: options.cwd,
					env: { ...options.env, ...mark },
					extendEnv: false,
					detached: true,
					stdin: options.hasInput ? "pipe" : "ignore",
					encoding: "buffer",
					buffer: false,
					reject: false,
				}),
			);
			if (child.pid !== undefined)
				return { process: child.nodeChildProcess as StartedProcess };
			return { cause: (await child).cause };
		} catch (cause) {
			// On Bun a failed spawn throws at once, and execa then stumbles over Bun's child processes: the system's answer is lost.
			return { cause };
		}
	};
	const first = await launch(spec.file, spec.args);
	if (first.process !== undefined) return first.process;
	// A script without "#!" is run by sh: execvp(3) does so by itself, Bun's spawn does not.
	const script = await findPlainScript(spec.file, options);
	if (script !== undefined) {
		const second = await launch("/bin/sh", [script, ...spec.args]);
		if (second.process !== undefined) return second.process;
	}
	throw await explainStartError(spec, options, first.cause);
}
