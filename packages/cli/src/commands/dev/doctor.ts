import type { ErrorInfo, Work } from "@llorch/core";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import { type Diagnosis, judge } from "../../app/doctor/diagnosis.ts";
import type { Style } from "../../app/style.ts";
import { formatCounts, formatDiagnosis } from "../../render/doctor.ts";
import { formatDiagnosisFleet } from "../../render/remote-doctor.ts";
import { type HostResults, LlorchCommand } from "../command.ts";

export class DevDoctorCommand extends LlorchCommand<Diagnosis> {
	static override paths = [["dev", "doctor"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Development",
		description: "Look for what is missing or broken, and say how to fix it",
		details:
			"Every check runs at the same time, with a time limit of its own. Only an error, which keeps llorch from its work, makes the exit code 1; a warning does not.",
		examples: [
			["What is missing on this machine", "llorch dev doctor"],
			["Everything that was looked at, as JSON", "llorch dev doctor --json"],
		],
	});

	protected async *run(app: App): Work<Diagnosis> {
		const doctor = await app.doctor();
		return yield* doctor.diagnose({ signal: app.signal });
	}

	protected render(diagnosis: Diagnosis, style: Style): string {
		return formatDiagnosis(diagnosis, style);
	}

	protected override renderFleet(
		hosts: HostResults<Diagnosis>,
		style: Style,
	): string {
		return formatDiagnosisFleet(hosts, style);
	}

	protected override summary(diagnosis: Diagnosis): string {
		return formatCounts(diagnosis);
	}

	protected override verdict(diagnosis: Diagnosis): ErrorInfo | undefined {
		return judge(diagnosis);
	}
}
