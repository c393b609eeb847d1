import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { llorchProgram, type Program } from "@llorch/testkit";
import { makeSshWorld } from "@llorch/testkit/ssh";
import { binaryFile, bundleFolder } from "../../scripts/build.ts";
import { report } from "./pairs.ts";

const PAIRS = Number(process.env.LLORCH_BENCH_PAIRS ?? 15);
const GIB = 1024 ** 3;

/** Seconds that a command takes, its output read and thrown away. Throws when it fails or prints less than it should. */
async function time(
	program: Program,
	words: readonly string[],
	options: { env: Record<string, string>; bytes: number },
): Promise<number> {
	const startedAt = performance.now();
	const child: ChildProcess = spawn(program.file, [...program.args, ...words], {
		env: options.env,
		stdio: ["ignore", "pipe", "inherit"],
	});
	let got = 0;
	child.stdout?.on("data", (bytes: Buffer) => {
		got += bytes.length;
	});
	const [code] = await once(child, "close");
	if (code !== 0 || got < options.bytes)
		throw new Error(`${words.join(" ")} ended with ${code} after ${got} bytes`);
	return (performance.now() - startedAt) / 1000;
}

/**
 * `remote exec` against `ssh`, on the executable and on the npm bundle (Node), which is held to no bar: its start alone takes longer; no
 * ControlMaster, host keys checked by both.
 */
export async function main(): Promise<void> {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	const { env } = world;
	const ssh: Program = { file: "ssh", args: ["-F", world.sshConfig, "mac"] };
	const ours: {
		name: string;
		program: Program;
		bars?: { short: number; long: number };
	}[] = [
		{
			name: "executable",
			program: llorchProgram(binaryFile),
			bars: { short: 0.7, long: 1 },
		},
		{
			name: "bundle",
			program: {
				file: process.execPath,
				args: [`${bundleFolder}/llorch.js`],
			},
		},
	];
	for (const { name, program, bars } of ours) {
		const pairs = async (
			command: readonly string[],
			bytes: number,
			count: number,
		) => {
			const ratios: number[] = [];
			for (let pair = 0; pair <= count; pair++) {
				const left = await time(
					program,
					["remote", "exec", "mac", "--", ...command],
					{ env, bytes },
				);
				const right = await time(ssh, command, { env, bytes });
				// The first pair warms the caches.
				if (pair > 0) ratios.push(left / right);
			}
			ratios.sort((a, b) => a - b);
			return {
				median: ratios[Math.floor(ratios.length / 2)] ?? Number.NaN,
				min: ratios[0] ?? Number.NaN,
				max: ratios.at(-1) ?? Number.NaN,
				pairs: ratios.length,
			};
		};
		report(
			`remote exec HOST -- true, ${name} against ssh`,
			await pairs(["true"], 0, PAIRS),
			bars?.short,
		);
		report(
			`1 GiB of stdout, ${name} against ssh`,
			await pairs(["head", "-c", String(GIB), "/dev/zero"], GIB, PAIRS),
			bars?.long,
		);
	}
}
