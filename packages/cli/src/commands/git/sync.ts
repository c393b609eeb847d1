import type { ErrorInfo, Work } from "@llorch/core";
import type { Synced } from "@llorch/git";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { judgeRows } from "../../app/judge-rows.ts";
import type { Style } from "../../app/style.ts";
import { formatSynced, formatSyncKept } from "../../render/git.ts";
import { askSync } from "../../render/git-losses.ts";
import { LlorchCommand } from "../command.ts";
import { confirm } from "../confirm.ts";

export class GitSyncCommand extends LlorchCommand<Synced> {
	static override paths = [["git", "sync"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "Be exactly what the remote has, submodules included",
		details:
			"Fetches, goes to the remote's default branch and resets it hard, and every submodule to the commit recorded for it. Shows what would be lost and asks; what goes is kept, and `llorch git undo` brings it back.",
		examples: [
			["The remote's default branch", "llorch git sync"],
			["What would be lost", "llorch git sync --dry-run"],
			[
				"Another branch, without asking",
				"llorch git sync --branch dev --force",
			],
		],
	});

	branch = Option.String("--branch", {
		description: "This branch of the remote instead of its default",
	});
	force = Option.Boolean("-f,--force", false, { description: "Do not ask" });
	dryRun = Option.Boolean("-n,--dry-run", false, {
		description: "Fetch and show what would be done, but do not do it",
	});

	protected async *run(app: App): Work<Synced> {
		const { previewSync } = await import("@llorch/git");
		const { signal } = app;
		const git = await app.git();
		const plan = yield* git.planSync({ branch: this.branch, signal });
		if (this.dryRun) return previewSync(plan);
		if (plan.losses.length > 0 && !this.force)
			await confirm(app, askSync(plan));
		return yield* git.applySync(plan, { signal });
	}

	protected render(synced: Synced, style: Style): string {
		return formatSynced(synced, style);
	}

	protected override summary(synced: Synced): string {
		return formatSyncKept(synced);
	}

	protected override verdict({ submodules }: Synced): ErrorInfo | undefined {
		return judgeRows(submodules);
	}
}
