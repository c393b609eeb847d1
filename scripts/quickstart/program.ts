import { spawn } from "node:child_process";
import {
	lstatSync,
	mkdirSync,
	readlinkSync,
	rmSync,
	symlinkSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { binaryFile, ensureBinary } from "../build.ts";
import { box } from "./world.ts";

/** Runs llorch, its output on our terminal, or captured. Throws when it fails and may not. */
export type Llorch = (
	args: readonly string[],
	options?: {
		env?: Record<string, string>;
		capture?: boolean;
		mayFail?: boolean;
	},
) => Promise<string>;

/** Builds the executable unless the one that is there was made from these very sources. */
export async function buildProgram(
	env: Readonly<Record<string, string | undefined>>,
): Promise<Llorch> {
	if ((await ensureBinary()) !== 0)
		throw new Error("the build failed; its message is above");
	return (args, options = {}) =>
		runLlorch(args, { ...options, env: { ...env, ...options.env } });
}

function runLlorch(
	args: readonly string[],
	{
		env,
		capture = false,
		mayFail = false,
	}: {
		env: Readonly<Record<string, string | undefined>>;
		capture?: boolean;
		mayFail?: boolean;
	},
): Promise<string> {
	if (!capture) console.log(`   $ llorch ${args.join(" ")}`);
	return new Promise((resolve, reject) => {
		const child = spawn(binaryFile, args, {
			cwd: box.folder,
			env,
			stdio: ["ignore", capture ? "pipe" : "inherit", "inherit"],
		});
		let output = "";
		child.stdout?.setEncoding("utf8").on("data", (text) => {
			output += text;
		});
		child.on("error", reject);
		child.on("close", (code) => {
			if (code === 0 || mayFail) resolve(output);
			else
				reject(
					new Error(`llorch ${args.join(" ")} ended with exit code ${code}`),
				);
		});
	});
}

/** Makes `llorch` a command of the user. Never replaces anything but a link of our own, wherever that leads. */
export function linkProgram(
	say: (line: string) => void,
	home = homedir(),
): void {
	const folder = join(home, ".local", "bin");
	const link = join(folder, "llorch");
	mkdirSync(folder, { recursive: true });
	const stats = lstatSync(link, { throwIfNoEntry: false });
	if (stats !== undefined) {
		const target = stats.isSymbolicLink() ? readlinkSync(link) : undefined;
		if (!target?.endsWith(join("dist", "bin", "llorch"))) {
			say(
				`${link} is not a link of ours and stays as it is; this one is ${binaryFile}`,
			);
			return;
		}
		rmSync(link);
	}
	symlinkSync(binaryFile, link);
	const onPath = (process.env.PATH ?? "").split(delimiter).includes(folder);
	say(`Linked ${link} to ${binaryFile}.`);
	if (!onPath)
		console.log(
			`${folder} is not on your PATH yet: export PATH="$HOME/.local/bin:$PATH"`,
		);
}
