import {
	type CommandRunner,
	capture,
	succeeded,
	type Work,
} from "@llorch/core";
import type { Backend, BuildSettings } from "./settings.ts";

export type BackendOptions = {
	/** What the person said. */
	asked: Backend | undefined;
	settings: BuildSettings;
	runner: CommandRunner;
	platform: NodeJS.Platform;
	signal: AbortSignal;
};

/** What a look for CUDA found. */
export type CudaLook = { cuda: boolean; reason: string };

// A driver that hangs must not hold up a build for long.
const LOOK_MS = 5_000;

/**
 * The backend to build and test: the one that was asked for, else what `build.auto_detect_cuda` finds (and it says what
 * and why), else `build.default_backend`.
 */
export async function* chooseBackend(options: BackendOptions): Work<Backend> {
	const { asked, settings, platform } = options;
	if (asked !== undefined) return asked;
	if (!settings.auto_detect_cuda) return settings.default_backend as Backend;
	const { cuda, reason } = await lookForCuda(options);
	const backend = cuda ? "cuda" : platform === "darwin" ? "metal" : "cpu";
	yield {
		type: "note",
		level: "info",
		text: `backend ${backend}: ${reason} (build.auto_detect_cuda)`,
	};
	return backend;
}

/** CUDA needs two things: the compiler, to build, and the driver, to run. */
export async function lookForCuda(
	options: Pick<BackendOptions, "runner" | "signal">,
): Promise<CudaLook> {
	const [compiler, driver] = await Promise.all([
		ask(options, "nvcc", ["--version"]),
		ask(options, "nvidia-smi", [
			"--query-gpu=driver_version",
			"--format=csv,noheader",
		]),
	]);
	options.signal.throwIfAborted();
	const release = /release (\d+(?:\.\d+)*)/.exec(compiler ?? "")?.[1];
	const version = /^\d+(?:\.\d+)+/.exec(driver?.trim() ?? "")?.[0];
	if (release !== undefined && version !== undefined)
		return {
			cuda: true,
			reason: `nvcc ${release} and the NVIDIA driver ${version} are here`,
		};
	if (release !== undefined)
		return {
			cuda: false,
			reason: `nvcc ${release} is here, but no NVIDIA driver answers`,
		};
	if (version !== undefined)
		return {
			cuda: false,
			reason: `the NVIDIA driver ${version} is here, but no nvcc is on PATH`,
		};
	return { cuda: false, reason: "there is no nvcc and no NVIDIA driver" };
}

/** What a program says, or undefined when it is missing, fails or does not answer. */
async function ask(
	{ runner, signal }: Pick<BackendOptions, "runner" | "signal">,
	file: string,
	args: readonly string[],
): Promise<string | undefined> {
	try {
		const { stdout, result } = await capture(
			runner,
			{ file, args, timeoutMs: LOOK_MS },
			{ signal },
		);
		return succeeded(result) ? stdout : undefined;
	} catch {
		return undefined;
	}
}
