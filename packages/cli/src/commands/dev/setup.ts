import { type ErrorInfo, LlorchError, type Work } from "@llorch/core";
import { Command, Option } from "clipanion";
import * as t from "typanion";
import type { App } from "../../app/app.ts";
import { judgeSetup, judgeUndo } from "../../app/judge-setup.ts";
import type { SetupReport, UndoReport } from "../../app/setup/types.ts";
import { STEP_IDS } from "../../app/setup-steps.ts";
import type { Style } from "../../app/style.ts";
import { completionScript } from "../../render/completion-scripts.ts";
import {
	askUndo,
	formatSetup,
	formatSetupNext,
	formatUndoKept,
	formatUndone,
} from "../../render/setup.ts";
import { LlorchCommand } from "../command.ts";
import { confirm } from "../confirm.ts";

export class DevSetupCommand extends LlorchCommand<SetupReport | UndoReport> {
	static override paths = [["dev", "setup"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Development",
		description: "Make this machine ready: what is missing, step by step",
		details: `
			Checks out submodules, installs llm and hf for this user (in a Python environment of their own), writes a configuration file, downloads the model that \`test inference\` uses, and sets up the shell's completion.

			Each step says what it would do and asks. What is there already is left alone, so it can be run again at any time, and goes on where it was interrupted. \`--undo\` takes back what it made on this machine and nobody has changed since; submodules stay.
		`,
		examples: [
			["Ask before each step", "llorch dev setup"],
			["Do all of it", "llorch dev setup --yes"],
			["Only say what would be done", "llorch dev setup --dry-run"],
			["Without the download", "llorch dev setup --yes --skip model"],
			["Take it back", "llorch dev setup --undo"],
		],
	});

	yes = Option.Boolean("-y,--yes", false, { description: "Do not ask" });
	dryRun = Option.Boolean("-n,--dry-run", false, {
		description: "Say what would be done, and do nothing",
	});
	skip = Option.Array("--skip", [], {
		description: `Leave a step out: ${STEP_IDS.join(", ")}. Repeatable`,
		validator: t.isArray(t.isEnum(STEP_IDS)),
	});
	undo = Option.Boolean("--undo", false, {
		description: "Take back what was made on this machine",
	});

	protected async *run(app: App): Work<SetupReport | UndoReport> {
		const { yes, dryRun, skip } = this;
		if (this.undo) return this.#undo(app);
		const { setUp } = await import("../../app/setup/setup.ts");
		return yield* setUp(app, { yes, dryRun, skip, completionScript });
	}

	async #undo(app: App): Promise<UndoReport> {
		if (this.dryRun || this.skip.length > 0)
			throw new LlorchError(
				"LLORCH_USAGE",
				"--undo takes back everything: it goes with neither --dry-run nor --skip",
				{ run: ["dev", "setup", "--help"] },
			);
		const { describeMade, planUndo, undoSetup } = await import(
			"../../app/setup/undo.ts"
		);
		const made = describeMade(await planUndo(app));
		if (made.length > 0 && !this.yes) await confirm(app, askUndo(made));
		return undoSetup(app);
	}

	protected render(report: SetupReport | UndoReport, style: Style): string {
		return "steps" in report
			? formatSetup(report, style)
			: formatUndone(report);
	}

	protected override summary(report: SetupReport | UndoReport): string {
		return "steps" in report ? formatSetupNext(report) : formatUndoKept(report);
	}

	protected override verdict(
		report: SetupReport | UndoReport,
	): ErrorInfo | undefined {
		return "steps" in report ? judgeSetup(report) : judgeUndo(report);
	}
}
