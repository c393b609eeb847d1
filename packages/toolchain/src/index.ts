export type { BuildFlags, Built, Daemon } from "./build/build.ts";
export type { Cleaned, CleanPlan } from "./build/clean.ts";
export { cargoRunner } from "./cargo/runner.ts";
export { lookRunner } from "./checks/ask.ts";
export { toolchainChecks } from "./checks/checks.ts";
export { layoutCheck } from "./checks/layout.ts";
export { workersCheck } from "./checks/workers.ts";
export { type CudaLook, lookForCuda } from "./choose-backend.ts";
export { createToolchain, type Toolchain } from "./create-toolchain.ts";
export * from "./declarations.ts";
export type { Inference, InferFlags } from "./inference/infer.ts";
export type {
	InferenceRecord,
	LoggedRun,
	LogsRequest,
} from "./inference/runs.ts";
export type { Fact, MachineInfo } from "./info/machine-info.ts";
export type { Surroundings } from "./surroundings.ts";
export type { TestCase } from "./testing/libtest.ts";
export type { Suite, TargetReport, TestReport } from "./testing/report.ts";
export type { TestFlags } from "./testing/run-tests.ts";
