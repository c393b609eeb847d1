import { spawn } from "node:child_process";
import type { Chunk, CommandRunner } from "@llorch/core";

/**
 * Runs the short questions that are put to OpenSSH (`ssh -G`, `ssh-keygen -F`): they end by themselves in milliseconds, so they need none
 * of what the local runner does for programs that may outlive us, and every one of them stands before the first byte to a host.
 */
export function createQueryRunner(options: {
	env: Readonly<Record<string, string | undefined>>;
	cwd: string;
}): CommandRunner {
	return {
		host: "local",
		start: (spec) =>
			new Promise((resolve, reject) => {
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
				child.once("error", reject);
				child.once("close", (code) =>
					resolve({
						output: (async function* () {
							yield* chunks;
						})(),
						done: Promise.resolve({ exitCode: code ?? 255 }),
					}),
				);
			}),
	};
}
