import { type ErrorInfo, LlorchError, type Work } from "@llorch/core";
import type { Updated } from "@llorch/git";
import { Command, Option } from "clipanion";
import type { App } from "../../../app/app.ts";
import { judgeRows } from "../../../app/judge-rows.ts";
import type { Style } from "../../../app/style.ts";
import { formatUpdated, formatUpdateFixes } from "../../../render/git.ts";
import { LlorchCommand } from "../../command.ts";
import { completeSubmodules } from "../completes.ts";

export class GitSubmodulesUpdateCommand extends LlorchCommand<Updated> {
	static override paths = [["git", "submodules", "update"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "Bring submodules to the tip of the branch each follows",
		details:
			"A name is the path, the name, or the end of the path where only one ends so. Several go at once. Uncommitted changes stay and no commit is left behind: a submodule where that is impossible is left as it is and named. Submodules inside go to what is recorded for them.",
		examples: [
			["All of them", "llorch git submodules update --all"],
			["One, by the end of its path", "llorch git submodules update candle"],
			[
				"To what the repository records",
				"llorch git submodules update --recorded --all",
			],
		],
	});
	static override completes = completeSubmodules;

	all = Option.Boolean("--all", false, { description: "Every submodule" });
	recorded = Option.Boolean("--recorded", false, {
		description: "To the recorded commit instead of the branch's tip",
	});
	names = Option.Rest({ name: "submodule" });

	protected async *run(app: App): Work<Updated> {
		if (this.all === this.names.length > 0)
			throw new LlorchError(
				"LLORCH_USAGE",
				this.all
					? "--all stands for every submodule: leave the names out"
					: "name a submodule, or say --all",
				{ run: ["git", "submodules", "update", "--help"] },
			);
		const git = await app.git();
		return yield* git.updateSubmodules({
			names: this.names,
			goal: this.recorded ? "recorded" : "tip",
			signal: app.signal,
		});
	}

	protected render(updated: Updated, style: Style): string {
		return formatUpdated(updated, style);
	}

	protected override summary(updated: Updated): string {
		return formatUpdateFixes(updated);
	}

	protected override verdict({ submodules }: Updated): ErrorInfo | undefined {
		return judgeRows(submodules);
	}
}
