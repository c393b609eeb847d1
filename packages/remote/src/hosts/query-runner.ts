import { spawn } from "node:child_process";
import type { Chunk, CommandRunner } from "@llorch/core";

/**
 * Runs the short questions that are put to OpenSSH (`ssh -G`, `ssh-keygen -F`): they end by themselves in milliseconds, so they need none
 * of what the local runner does for programs that may outlive us, and every one of them stands before the first byte to a host.
 * One that does not end (a stopped master, a `Match exec`) ends with its time, or with the invocation.
 */
export function createQueryRunner(options: {
	env: Readonly<Record<string, string | undefined>>;
	cwd: string;
	signal: AbortSignal;
}): CommandRunner {
	return {
		host: "local",
		start: (spec) =>
			new Promise((resolve, reject) => {
				const { signal } = options;
				if (signal.aborted) return reject(signal.reason);
				const child = spawn(spec.file, spec.args, {
					cwd: options.cwd,
					env: options.env as NodeJS.ProcessEnv,
					stdio: ["ignore", "pipe", "pipe"],
				});
				const chunks: Chunk[] = [];
				child.stdout.on("data", (bytes) =>
					chunks.push({ stream: "out", bytes }),
				);
				child.stderr.on("data", (bytes) =>
					chunks.push({ stream: "err", bytes }),
				);
				let late = false;
				const abort = () => {
					child.kill("SIGKILL");
					reject(signal.reason);
				};
				signal.addEventListener("abort", abort, { once: true });
				const timer =
					spec.timeoutMs === undefined
						? undefined
						: setTimeout(() => {
								late = true;
								child.kill("SIGKILL");
							}, spec.timeoutMs);
				const stop = () => {
					clearTimeout(timer);
					signal.removeEventListener("abort", abort);
				};
				child.once("error", (error) => {
					stop();
					reject(error);
				});
				child.once("close", (code) => {
					stop();
					resolve({
						output: (async function* () {
							yield* chunks;
						})(),
						done: Promise.resolve(
							late ? { timedOut: true } : { exitCode: code ?? 255 },
						),
					});
				});
			}),
	};
}
