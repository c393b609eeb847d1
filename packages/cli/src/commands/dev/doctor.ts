import { type ErrorInfo, LlorchError, type Work } from "@llorch/core";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { type Diagnosis, judge } from "../../app/doctor/diagnosis.ts";
import type { Style } from "../../app/style.ts";
import {
	formatCounts,
	formatDiagnosis,
	formatFixes,
	formatPlannedFixes,
} from "../../render/doctor.ts";
import { formatDiagnosisFleet } from "../../render/remote-doctor.ts";
import { type HostResults, LlorchCommand } from "../command.ts";

export class DevDoctorCommand extends LlorchCommand<Diagnosis> {
	static override paths = [["dev", "doctor"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Development",
		description: "Look for what is missing or broken, and say how to fix it",
		details:
			"Every check runs at the same time, with a time limit of its own. Only an error, which keeps llorch from its work, makes the exit code 1; a warning does not. With --fix, every fix that is safe (it changes nothing but what llorch and your own tools need) is run, and everything is looked at again.",
		examples: [
			["What is missing on this machine", "llorch dev doctor"],
			["Mend what can be mended without asking", "llorch dev doctor --fix"],
			["Everything that was looked at, as JSON", "llorch dev doctor --json"],
		],
	});

	fix = Option.Boolean("--fix", false, {
		description: "Run the fixes that are safe, and look again",
	});
	dryRun = Option.Boolean("-n,--dry-run", false, {
		description: "With --fix: show what would be run, and run nothing",
	});

	protected async *run(app: App): Work<Diagnosis> {
		const { signal } = app;
		const { fix, dryRun } = this;
		if (dryRun && !fix)
			throw new LlorchError("LLORCH_USAGE", "--dry-run belongs to --fix", {
				run: ["dev", "doctor", "--help"],
			});
		const doctor = await app.doctor();
		const diagnosis = yield* doctor.diagnose({ signal });
		if (!fix) return diagnosis;
		const { fixSafely } = await import("../../app/doctor/fix.ts");
		const { selfCommand } = await import("../../app/self-command.ts");
		// rustup's fixes work where only its own folder has it, as building does.
		const { cargoRunner } = await import("@llorch/toolchain");
		const { env, home } = app;
		const runner = cargoRunner({ runner: await app.runner(), env, home });
		const self = selfCommand();
		return yield* fixSafely(diagnosis, {
			doctor,
			runner,
			self,
			dryRun,
			signal,
		});
	}

	protected render(diagnosis: Diagnosis, style: Style): string {
		return this.dryRun
			? formatPlannedFixes(diagnosis)
			: formatDiagnosis(diagnosis, style);
	}

	protected override renderFleet(
		hosts: HostResults<Diagnosis>,
		style: Style,
	): string {
		return formatDiagnosisFleet(hosts, style);
	}

	protected override summary(diagnosis: Diagnosis): string {
		return `${formatFixes(diagnosis)}${formatCounts(diagnosis)}`;
	}

	protected override verdict(diagnosis: Diagnosis): ErrorInfo | undefined {
		return judge(diagnosis);
	}
}
