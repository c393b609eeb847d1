import type { MachineInfo } from "@llorch/toolchain";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatMachineInfo } from "../../render/machine-info.ts";
import { backendWord, completeBackends } from "../backends.ts";
import { LlorchCommand } from "../command.ts";

export class DevInfoCommand extends LlorchCommand<MachineInfo> {
	static override paths = [["dev", "info"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Development",
		description: "Say what machine this is, and what of a backend is on it",
		details:
			"The system and Rust; with cuda also nvcc and nvidia-smi, with metal sw_vers and system_profiler, with cpu lscpu. What is not there is part of the answer.",
		examples: [
			["The system and Rust", "llorch dev info"],
			["A host's graphics cards", "llorch dev info cuda --remote workstation"],
		],
	});
	static override completes = completeBackends;

	backend = backendWord();

	protected async run(app: App): Promise<MachineInfo> {
		const toolchain = await app.toolchain();
		return toolchain.info({ backend: this.backend, signal: app.signal });
	}

	protected render(info: MachineInfo, style: Style): string {
		return formatMachineInfo(info, style);
	}
}
