import type { Work } from "@llorch/core";
import type { Built } from "@llorch/toolchain";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import { backendWord, completeBackends } from "../backends.ts";
import { BuildCommand } from "./build.ts";

export class BuildWorkerCommand extends BuildCommand {
	static override paths = [["build", "worker"]];
	static override usage = Command.Usage({
		category: "Build",
		description: "Build the worker of a backend with cargo",
		details:
			"Prints the program's path. The backend is cpu, cuda or metal; without one it is build.default_backend, or what build.auto_detect_cuda finds. [toolchain] says which crate, binary and feature that is; llama-orch's are the default.",
		examples: [
			["On a machine with an NVIDIA card", "llorch build worker cuda"],
			["On the Mac", "llorch build worker metal --remote mac"],
			["With debug information", "llorch build worker cpu --debug"],
		],
	});
	static override completes = completeBackends;

	backend = backendWord();

	protected async *run(app: App): Work<Built> {
		const toolchain = await app.toolchain();
		const { backend, debug, targetDirectory } = this;
		const { signal } = app;
		return yield* toolchain.buildWorker({
			backend,
			debug,
			targetDirectory,
			signal,
		});
	}
}
