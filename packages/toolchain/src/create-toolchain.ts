import type { Work } from "@llorch/core";
import {
	type BuildFlags,
	type Built,
	buildDaemon,
	buildWorker,
	type Daemon,
} from "./build/build.ts";
import {
	type Cleaned,
	type CleanPlan,
	clean,
	planClean,
} from "./build/clean.ts";
import { findModel } from "./inference/find-model.ts";
import {
	type Inference,
	type InferFlags,
	infer,
	inferenceFolder,
} from "./inference/infer.ts";
import {
	type LoggedRun,
	type LogsRequest,
	readRuns,
} from "./inference/runs.ts";
import { describeMachine, type MachineInfo } from "./info/machine-info.ts";
import type { Backend } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";
import type { TestReport } from "./testing/report.ts";
import { runTests, type TestFlags } from "./testing/run-tests.ts";

/** Building, testing and trying out the workers of a repository. Each use case says what it throws. */
export type Toolchain = {
	buildWorker(
		flags: BuildFlags & { backend?: Backend | undefined },
	): Work<Built>;
	buildDaemon(flags: BuildFlags & { daemon: Daemon }): Work<Built>;
	planClean(options: { signal: AbortSignal }): Promise<CleanPlan>;
	clean(plan: CleanPlan, options: { signal: AbortSignal }): Promise<Cleaned>;
	test(flags: TestFlags): Work<TestReport>;
	/** Where the model is that `infer` would take. Default: `worker.test_model`. */
	findModel(model?: string | undefined): Promise<string>;
	infer(flags: InferFlags): Work<Inference>;
	logs(request: LogsRequest): Promise<LoggedRun[]>;
	info(options: {
		backend?: Backend | undefined;
		signal: AbortSignal;
	}): Promise<MachineInfo>;
};

export function createToolchain(surroundings: Surroundings): Toolchain {
	return {
		buildWorker: (flags) => buildWorker(surroundings, flags),
		buildDaemon: (flags) => buildDaemon(surroundings, flags),
		planClean: ({ signal }) => planClean(surroundings, signal),
		clean: (plan, { signal }) => clean(surroundings, plan, signal),
		test: (flags) => runTests(surroundings, flags),
		findModel: (model) => findModel(surroundings, model),
		infer: (flags) => infer(surroundings, flags),
		logs: (request) =>
			readRuns(inferenceFolder(surroundings.stateFolder), request),
		info: (options) => describeMachine(surroundings, options),
	};
}
