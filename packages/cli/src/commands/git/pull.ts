import type { ErrorInfo, Work } from "@llorch/core";
import type { Pulled } from "@llorch/git";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import { judgePull } from "../../app/judge-rows.ts";
import type { Style } from "../../app/style.ts";
import { formatPulled, formatPullFixes } from "../../render/git.ts";
import { LlorchCommand } from "../command.ts";

export class GitPullCommand extends LlorchCommand<Pulled> {
	static override paths = [["git", "pull"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "Bring the branch and all submodules up to date",
		details:
			"Fetches, fast-forwards or rebases as git is configured (pull.rebase, pull.ff; where it is not: rebase), and takes every submodule to the commit that is recorded for it. Uncommitted changes stay; where they are in the way, that part is left as it is and named.",
		examples: [["The branch we are on", "llorch git pull"]],
	});

	protected async *run(app: App): Work<Pulled> {
		const git = await app.git();
		return yield* git.pull({ signal: app.signal });
	}

	protected render(pulled: Pulled, style: Style): string {
		return formatPulled(pulled, style);
	}

	protected override summary(pulled: Pulled): string {
		return formatPullFixes(pulled);
	}

	protected override verdict(pulled: Pulled): ErrorInfo | undefined {
		return judgePull(pulled);
	}
}
