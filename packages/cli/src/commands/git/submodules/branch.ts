import type { Work } from "@llorch/core";
import type { SubmoduleBranches, Switched } from "@llorch/git";
import { Command, Option } from "clipanion";
import type { App } from "../../../app/app.ts";
import type { Style } from "../../../app/style.ts";
import {
	formatBranches,
	formatSwitched,
	formatWhereabouts,
} from "../../../render/git.ts";
import { LlorchCommand } from "../../command.ts";
import { completeSubmoduleBranch } from "../completes.ts";

type Result = { branches: SubmoduleBranches } | { switched: Switched };

export class GitSubmodulesBranchCommand extends LlorchCommand<Result> {
	static override paths = [["git", "submodules", "branch"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "List a submodule's branches, or switch it to one",
		details:
			"Switching fetches first; a branch that only the remote has is made here and follows that one. Uncommitted changes come along, or nothing is changed.",
		examples: [
			["List", "llorch git submodules branch candle"],
			["Switch", "llorch git submodules branch candle main"],
		],
	});
	static override completes = completeSubmoduleBranch;

	name = Option.String({ name: "submodule" });
	branch = Option.String({ required: false, name: "branch" });

	protected async *run(app: App): Work<Result> {
		const { name, branch } = this;
		const { signal } = app;
		const git = await app.git();
		return branch === undefined
			? { branches: await git.listSubmoduleBranches({ name, signal }) }
			: { switched: yield* git.switchSubmodule({ name, branch, signal }) };
	}

	protected render(result: Result, style: Style): string {
		return "branches" in result
			? formatBranches(result.branches, style)
			: formatSwitched(result.switched);
	}

	protected override summary(result: Result): string {
		return "branches" in result ? formatWhereabouts(result.branches) : "";
	}
}
