import { LlorchError } from "@llorch/core";
import type { Built, TestReport, Toolchain } from "@llorch/toolchain";

const bytes = (text: string) => new TextEncoder().encode(text);

export const built: Built = {
	crate: "llorch-candled",
	binary: "llorch-cpu-candled",
	backend: "cpu",
	profile: "release",
	path: "/repo/target/release/llorch-cpu-candled",
	bytes: 4_210_000,
	warnings: 2,
	units: 29,
	fresh: false,
	durationMs: 12_300,
};

export const report: TestReport = {
	suite: "all",
	crate: "llorch-candled",
	backend: "cpu",
	startedAt: "2026-01-02T03:04:05.000Z",
	durationMs: 2100,
	passed: 1,
	failed: 1,
	ignored: 1,
	crashed: 1,
	warnings: 2,
	targets: [
		{
			kind: "lib",
			name: "llorch_candled",
			status: "failed",
			passed: 1,
			failed: 1,
			ignored: 1,
			filtered: 0,
			durationMs: 250,
			tests: [
				{ name: "good", status: "passed" },
				{ name: "bad", status: "failed", text: "why\n\u001b[31mred\nend" },
				{ name: "slow", status: "ignored" },
			],
		},
		{
			kind: "test",
			name: "team_009_smoke",
			status: "crashed",
			passed: 0,
			failed: 0,
			ignored: 0,
			filtered: 0,
			durationMs: 5,
			tests: [],
			crash: { reason: "signal: 6, SIGABRT", output: "last words" },
		},
	],
};

/** A toolchain without cargo, for what must come out the same twice. What it was asked for is kept. */
export function fakeToolchain(): Toolchain & { asked: unknown[] } {
	const asked: unknown[] = [];
	const keep = ({ signal, ...flags }: { signal: AbortSignal }) => {
		expectSignal(signal);
		asked.push(flags);
	};
	return {
		asked,
		async *buildWorker(flags) {
			keep(flags);
			yield { type: "note", level: "info", text: "Updating crates.io index" };
			const bar = { type: "progress", task: "build", unit: "items" } as const;
			yield { ...bar, label: "llorch-cpu-candled: serde", done: 3, total: 29 };
			yield {
				type: "output",
				stream: "err",
				bytes: bytes("warning: unused `ä`\n"),
			};
			yield { ...bar, label: "llorch-cpu-candled", done: 29, total: 29 };
			return built;
		},
		// biome-ignore lint/correctness/useYield: it fails before it has anything to say -- as the real one
		async *buildDaemon(flags) {
			keep(flags);
			throw new LlorchError(
				"LLORCH_NO_CRATE",
				"this repository has no orchestrator: there is no crate in bin/orchestratord",
			);
		},
		findModel: async (model = "tinyllama") => model,
		async planClean() {
			const spec = { file: "cargo", args: ["clean"] };
			return { folder: "/repo/target", files: 738, size: "79.6MiB", spec };
		},
		async clean({ folder, files, size }) {
			return { folder, files, size };
		},
		async *test(flags) {
			keep(flags);
			yield {
				type: "note",
				level: "warn",
				text: "lib llorch_candled: bad failed",
			};
			return report;
		},
		async *infer(flags) {
			keep(flags);
			for (const token of ["Once", " upon", " größer"])
				yield { type: "output", stream: "out", bytes: bytes(token) };
			return {
				backend: "cpu",
				binary: built.path,
				model: "/models/tiny.gguf",
				prompt: flags.prompt,
				text: "Once upon größer",
				tokens: 3,
				readyMs: 2100,
				firstTokenMs: 140,
				tokensPerSecond: 23.14,
				log: "/state/inference/a/worker.log",
			};
		},
		async logs(request) {
			asked.push(request);
			return [
				{
					id: "2026-01-02T03-04-05Z-cpu",
					log: "/state/inference/a/worker.log",
					tail: ["loading", "\u001b[31mError: no memory"],
					response: "Once upon\n",
					record: {
						version: 1,
						id: "2026-01-02T03-04-05Z-cpu",
						backend: "cpu",
						startedAt: "2026-01-02T03:04:05.000Z",
						status: "failed",
						binary: built.path,
						model: "/models/tiny.gguf",
						port: 4711,
						prompt: "Once upon a time",
						error: { code: "LLORCH_WORKER_DIED", message: "the worker ended" },
					},
				},
				{
					id: "2026-01-02T03-04-04Z-cpu",
					log: "/state/inference/b/worker.log",
					tail: [],
					response: "",
				},
			];
		},
		async info(flags) {
			keep(flags);
			return {
				facts: [
					{ command: "uname -a", text: "Linux vm\nmore" },
					{ command: "nvcc --version", missing: "not found" },
				],
			};
		},
	};
}

/** Every use case must be able to end. */
function expectSignal(signal: unknown): void {
	if (!(signal instanceof AbortSignal)) throw new Error("no signal");
}
