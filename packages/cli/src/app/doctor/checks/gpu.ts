import { type Check, type CommandRunner, succeeded } from "@llorch/core";
import { asRoot, type Machine } from "../machine.ts";
import { firstWords, runProgram } from "../run-program.ts";

const QUERY = [
	"--query-gpu=name,memory.total,driver_version",
	"--format=csv,noheader",
];

/** The graphics card models can run on. Having none is no fault: the CPU does it too. */
export function gpuCheck(
	runner: CommandRunner,
	machine: () => Promise<Machine>,
	platform: { os: NodeJS.Platform; arch: string },
): Check {
	return {
		id: "gpu",
		title: "GPU",
		timeoutMs: 5_000,
		async run(signal) {
			if (platform.os === "darwin")
				return [{ level: "ok", text: await metal(runner, platform, signal) }];
			const spec = { file: "nvidia-smi", args: QUERY };
			const answer = await runProgram(runner, spec, signal);
			if (answer === undefined)
				return [{ level: "ok", text: "no NVIDIA GPU: models run on the CPU" }];
			const cards = answer.stdout.trim();
			if (succeeded(answer.result) && cards !== "")
				return cards.split("\n").map((card) => {
					const [name, memory, driver] = card.split(", ");
					const text = `${name}, ${memory}, CUDA (driver ${driver})`;
					return { level: "ok", text };
				});
			return [
				{
					level: "warning",
					text: `nvidia-smi finds no usable GPU: ${firstWords(answer)}`,
					// The common cause: the kernel module is not loaded, as after an update of the kernel.
					fix: {
						run: asRoot(await machine(), ["modprobe", "nvidia"]),
						safe: false,
					},
				},
			];
		},
	};
}

/** Every Apple chip has Metal; of Intel Macs those from 2012 on do, and the system is asked. */
async function metal(
	runner: CommandRunner,
	platform: { arch: string },
	signal: AbortSignal,
): Promise<string> {
	if (platform.arch === "arm64") return "Metal (Apple silicon)";
	const spec = { file: "system_profiler", args: ["SPDisplaysDataType"] };
	const answer = await runProgram(runner, spec, signal);
	return /Metal.*(?:Supported|Metal \d)/.test(answer?.stdout ?? "")
		? "Metal"
		: "no Metal: models run on the CPU";
}
