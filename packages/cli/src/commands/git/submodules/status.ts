import type { SubmoduleStatus } from "@llorch/git";
import { Command } from "clipanion";
import type { App } from "../../../app/app.ts";
import type { Style } from "../../../app/style.ts";
import { formatSubmodules } from "../../../render/git-status.ts";
import { LlorchCommand } from "../../command.ts";

type Result = { submodules: SubmoduleStatus[] };

export class GitSubmodulesStatusCommand extends LlorchCommand<Result> {
	static override paths = [["git", "submodules", "status"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "Show how each submodule stands to what is recorded",
		details:
			"Uninitialised, at the recorded commit, ahead of or behind it, on a branch, dirty, conflicting, or at a commit that no remote has. Nothing is fetched.",
		examples: [["All of them", "llorch git submodules status"]],
	});

	protected async run(app: App): Promise<Result> {
		const git = await app.git();
		return { submodules: await git.submodules({ signal: app.signal }) };
	}

	protected render({ submodules }: Result, style: Style): string {
		return formatSubmodules(submodules, style);
	}

	protected override summary({ submodules }: Result): string {
		return submodules.length === 0 ? "this repository has no submodules\n" : "";
	}
}
