import type { ErrorInfo, Work } from "@llorch/core";
import type { ResetDone } from "@llorch/git";
import { Command, Option } from "clipanion";
import type { App } from "../../../app/app.ts";
import { judgeRows } from "../../../app/judge-rows.ts";
import type { Style } from "../../../app/style.ts";
import { formatReset, formatResetKept } from "../../../render/git.ts";
import { askReset } from "../../../render/git-losses.ts";
import { LlorchCommand } from "../../command.ts";
import { confirm } from "../../confirm.ts";
import { completeSubmodules } from "../completes.ts";

export class GitSubmodulesResetCommand extends LlorchCommand<ResetDone> {
	static override paths = [["git", "submodules", "reset"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "Reset a submodule, and those in it, to the recorded commit",
		details:
			"Discards what is uncommitted there. Shows what would be lost and asks; `llorch git undo` brings it back. Untracked files stay, unless they are in the way.",
		examples: [
			["By the end of its path", "llorch git submodules reset candle"],
			[
				"What would be lost",
				"llorch git submodules reset reference/candle --dry-run",
			],
		],
	});
	static override completes = completeSubmodules;

	force = Option.Boolean("-f,--force", false, { description: "Do not ask" });
	dryRun = Option.Boolean("-n,--dry-run", false, {
		description: "Show what would be done, but do not do it",
	});
	name = Option.String({ name: "submodule" });

	protected async *run(app: App): Work<ResetDone> {
		const { previewReset } = await import("@llorch/git");
		const { signal } = app;
		const git = await app.git();
		const plan = yield* git.planReset({ name: this.name, signal });
		if (this.dryRun) return previewReset(plan);
		if (plan.losses.length > 0 && !this.force)
			await confirm(app, askReset(plan));
		return yield* git.applyReset(plan, { signal });
	}

	protected render(reset: ResetDone, style: Style): string {
		return formatReset(reset, style);
	}

	protected override summary(reset: ResetDone): string {
		return formatResetKept(reset);
	}

	protected override verdict({ submodules }: ResetDone): ErrorInfo | undefined {
		return judgeRows(submodules);
	}
}
