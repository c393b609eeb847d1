import { defineSection } from "@llorch/core";

/** What a worker computes on. */
export const BACKENDS = ["cpu", "cuda", "metal"] as const;
export type Backend = (typeof BACKENDS)[number];

/** The settings of `[build]`. */
export type BuildSettings = {
	default_backend: string;
	auto_detect_cuda: boolean;
};

export const buildSection = defineSection<BuildSettings>("build", {
	default_backend: {
		type: "string",
		default: "cuda",
		choices: BACKENDS,
		describe: "What is built and tested when no backend is named",
	},
	auto_detect_cuda: {
		type: "boolean",
		default: false,
		describe:
			"Look for nvcc and an NVIDIA driver when no backend is named: cuda where both are, else metal on a Mac and cpu elsewhere",
	},
});

/** The settings of `[worker]`. */
export type WorkerSettings = {
	default_gpu_device: number;
	test_model: string;
	ready_timeout: number;
	callback_url: string;
};

export const workerSection = defineSection<WorkerSettings>("worker", {
	default_gpu_device: {
		type: "integer",
		default: 0,
		range: [0, 63],
		describe: "The GPU that a worker gets to see, counted from 0",
	},
	test_model: {
		type: "string",
		default: "tinyllama",
		env: "LLORCH_TEST_MODEL_PATH",
		describe:
			"What `test inference` runs: a model of the catalog, or the path of a file or folder",
	},
	ready_timeout: {
		type: "number",
		default: 30,
		range: [1, 3600],
		describe: "Seconds a worker may take until it is ready",
	},
	callback_url: {
		type: "string",
		default: "http://localhost:9999",
		describe:
			"The --callback-url that a tested worker gets; nobody has to listen there",
	},
});

/** The settings of `[toolchain]`. */
export type ToolchainSettings = {
	worker_crate: string;
	worker_binary: string;
	worker_feature: string;
	smoke_tests: readonly string[];
	integration_tests: readonly string[];
	orchestrator_crate: string;
	orchestrator_binary: string;
	pool_manager_crate: string;
	pool_manager_binary: string;
};

export const toolchainSection = defineSection<ToolchainSettings>("toolchain", {
	worker_crate: folder("bin/llorch-candled", "the worker"),
	worker_binary: {
		type: "string",
		default: "llorch-{backend}-candled",
		describe: "The worker's binary; {backend} stands for cpu, cuda or metal",
	},
	worker_feature: {
		type: "string",
		default: "{backend}",
		describe:
			"The cargo feature (or features, with commas) of a backend; empty: none",
	},
	smoke_tests: {
		type: "strings",
		default: ["team_009_smoke"],
		describe: "The test targets of `test smoke`",
	},
	integration_tests: {
		type: "strings",
		default: ["team_011_integration"],
		describe: "The test targets of `test integration`",
	},
	orchestrator_crate: folder("bin/orchestratord", "the orchestrator"),
	orchestrator_binary: binary("orchestratord", "The orchestrator's binary"),
	pool_manager_crate: folder("bin/pool-managerd", "the pool manager"),
	pool_manager_binary: binary("pool-managerd", "The pool manager's binary"),
});

function folder(path: string, what: string) {
	return {
		type: "string" as const,
		default: path,
		describe: `The folder of ${what}'s crate, relative to the repository root`,
	};
}

function binary(name: string, describe: string) {
	return { type: "string" as const, default: name, describe };
}

/** Keys of the old tool that still load, with a note. */
export const toolchainRenames = [
	{
		from: "build.cuda",
		to: "build.default_backend",
		value: (old: unknown) => (old === true ? "cuda" : undefined),
	},
] as const;
