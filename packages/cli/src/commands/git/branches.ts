import type { Branches } from "@llorch/git";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatBranches } from "../../render/git.ts";
import { LlorchCommand } from "../command.ts";

export class GitBranchesCommand extends LlorchCommand<Branches> {
	static override paths = [["git", "branches"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "List local branches with what they follow, and remote ones",
		details: "As of the last fetch.",
		examples: [["All of them", "llorch git branches"]],
	});

	protected async run(app: App): Promise<Branches> {
		const git = await app.git();
		return git.branches({ signal: app.signal });
	}

	protected render(branches: Branches, style: Style): string {
		return formatBranches(branches, style);
	}
}
