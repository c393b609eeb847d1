import type { ListedSubmodule } from "@llorch/git";
import { Command } from "clipanion";
import type { App } from "../../../app/app.ts";
import type { Style } from "../../../app/style.ts";
import { formatSubmoduleList } from "../../../render/git-status.ts";
import { LlorchCommand } from "../../command.ts";

type Result = { submodules: ListedSubmodule[] };

export class GitSubmodulesListCommand extends LlorchCommand<Result> {
	static override paths = [
		["git", "submodules", "list"],
		["git", "submodules"],
	];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "List submodules: name, path, branch, last commit, changes",
		examples: [["All of them", "llorch git submodules list"]],
	});

	protected async run(app: App): Promise<Result> {
		const git = await app.git();
		return { submodules: await git.listSubmodules({ signal: app.signal }) };
	}

	protected render({ submodules }: Result, style: Style): string {
		return formatSubmoduleList(submodules, style);
	}

	protected override summary({ submodules }: Result): string {
		return submodules.length === 0 ? "this repository has no submodules\n" : "";
	}
}
