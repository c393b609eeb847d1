import type { Work } from "@llorch/core";
import type { Cleaned } from "@llorch/git";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { formatCleaned, formatCleanKept } from "../../render/git.ts";
import { askClean } from "../../render/git-losses.ts";
import { LlorchCommand } from "../command.ts";
import { confirm } from "../confirm.ts";

export class GitCleanCommand extends LlorchCommand<Cleaned> {
	static override paths = [["git", "clean"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "Remove untracked files and folders",
		details:
			"Shows what would go and asks; `llorch git undo` brings it back. Ignored files stay, and so do submodules and other repositories.",
		examples: [
			["Show, and ask", "llorch git clean"],
			["Only show", "llorch git clean --dry-run"],
		],
	});

	force = Option.Boolean("-f,--force", false, { description: "Do not ask" });
	dryRun = Option.Boolean("-n,--dry-run", false, {
		description: "Show what would be removed, but do not remove it",
	});

	protected async *run(app: App): Work<Cleaned> {
		const { previewClean } = await import("@llorch/git");
		const { signal } = app;
		const git = await app.git();
		const plan = yield* git.planClean({ signal });
		if (this.dryRun) return previewClean(plan);
		if (!plan.empty && !this.force) await confirm(app, askClean(plan));
		return yield* git.applyClean(plan, { signal });
	}

	protected render(cleaned: Cleaned): string {
		return formatCleaned(cleaned);
	}

	protected override summary(cleaned: Cleaned): string {
		return formatCleanKept(cleaned);
	}
}
