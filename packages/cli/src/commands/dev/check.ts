import type { ErrorInfo, Work } from "@llorch/core";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import { type Diagnosis, judge } from "../../app/doctor/diagnosis.ts";
import type { Style } from "../../app/style.ts";
import { formatCounts, formatDiagnosis } from "../../render/doctor.ts";
import { LlorchCommand } from "../command.ts";

export class DevCheckCommand extends LlorchCommand<Diagnosis> {
	static override paths = [["dev", "check"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Development",
		description: "Look whether what is configured is there",
		details:
			"The configuration files, the repository, the model catalog and its files, the crates and binaries that [toolchain] names, built programs, the model of `test inference`, and whether every host with a profile can be reached. The programs of this machine are doctor's business.",
		examples: [
			["Before a long job", "llorch dev check"],
			["For a script", "llorch dev check --json"],
		],
	});

	protected async *run(app: App): Work<Diagnosis> {
		const checker = await app.checker();
		return yield* checker.diagnose({ signal: app.signal });
	}

	protected render(diagnosis: Diagnosis, style: Style): string {
		return formatDiagnosis(diagnosis, style);
	}

	protected override summary(diagnosis: Diagnosis): string {
		return formatCounts(diagnosis);
	}

	protected override verdict(diagnosis: Diagnosis): ErrorInfo | undefined {
		return judge(diagnosis);
	}
}
