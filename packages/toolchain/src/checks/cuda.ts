import { type Check, type Finding, succeeded } from "@llorch/core";
import type { Surroundings } from "../surroundings.ts";
import { ask } from "./ask.ts";

/** Whether the CUDA compiler and the NVIDIA driver belong together. Without either there is nothing to look at. */
export function cudaCheck(surroundings: Surroundings): Check {
	const { runner, settings } = surroundings;
	return {
		id: "cuda",
		title: "CUDA",
		timeoutMs: 8_000,
		async run(signal) {
			const [compiler, driver] = await Promise.all([
				ask(runner, { file: "nvcc", args: ["--version"] }, signal),
				ask(runner, { file: "nvidia-smi", args: [] }, signal),
			]);
			const built =
				compiler !== undefined && succeeded(compiler.result)
					? /release (\d+\.\d+)/.exec(compiler.stdout)?.[1]
					: undefined;
			const runs =
				driver !== undefined && succeeded(driver.result)
					? /CUDA Version: *(\d+\.\d+)/.exec(driver.stdout)?.[1]
					: undefined;
			return compareCuda(built, runs, {
				wanted: settings.build.default_backend === "cuda",
			});
		},
	};
}

/**
 * A program built by a newer CUDA than the driver knows does not start; within one major version it mostly does.
 * (https://docs.nvidia.com/deploy/cuda-compatibility/)
 *
 * @param built what nvcc is
 * @param runs the newest CUDA that the driver runs
 */
export function compareCuda(
	built: string | undefined,
	runs: string | undefined,
	{ wanted }: { wanted: boolean },
): Finding[] {
	if (runs === undefined)
		return built === undefined
			? []
			: [
					{
						level: "ok",
						text: `nvcc ${built}, and no NVIDIA driver: CUDA workers can be built here, and not run`,
					},
				];
	if (built === undefined)
		return [
			{
				level: wanted ? "warning" : "ok",
				text: `the NVIDIA driver runs CUDA ${runs}, but there is no nvcc on PATH: CUDA workers cannot be built here`,
			},
		];
	const [builtMajor = 0, builtMinor = 0] = built.split(".").map(Number);
	const [runsMajor = 0, runsMinor = 0] = runs.split(".").map(Number);
	if (builtMajor > runsMajor)
		return [
			{
				level: "warning",
				text: `nvcc is ${built}, and the NVIDIA driver runs CUDA ${runs} at most: what is built here does not start. A newer driver or an older toolkit is needed`,
			},
		];
	if (builtMajor === runsMajor && builtMinor > runsMinor)
		return [
			{
				level: "warning",
				text: `nvcc is ${built}, and the NVIDIA driver runs CUDA ${runs}: kernels that are compiled when they are loaded (PTX) may fail`,
			},
		];
	return [{ level: "ok", text: `nvcc ${built}, the driver runs CUDA ${runs}` }];
}
