import { spawn } from "node:child_process";
import { root } from "./paths.ts";

/** Runs a program with its output on our terminal; resolves with its exit code (128 + n would be the shell's way; a signal is 1 here). */
export function runStep(
	file: string,
	args: readonly string[],
	options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<number> {
	return new Promise((resolve, reject) => {
		const child = spawn(file, args, {
			cwd: options.cwd ?? root,
			env: { ...process.env, ...options.env },
			stdio: ["ignore", "inherit", "inherit"],
		});
		child.on("error", reject);
		child.on("close", (code) => resolve(code ?? 1));
	});
}
