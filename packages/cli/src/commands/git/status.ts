import type { RepositoryStatus } from "@llorch/git";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatStatus } from "../../render/git-status.ts";
import { LlorchCommand } from "../command.ts";

export class GitStatusCommand extends LlorchCommand<RepositoryStatus> {
	static override paths = [["git", "status"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "Show the repository and all its submodules",
		details:
			"Branch, last commit, upstream, uncommitted changes, every submodule against the commit that is recorded for it, and the system with its Rust. From anywhere in the repository or in a submodule. Nothing is fetched.",
		examples: [
			["Here", "llorch git status"],
			["On another host", "llorch git status --remote mac"],
		],
	});

	protected async run(app: App): Promise<RepositoryStatus> {
		const git = await app.git();
		return git.status({ signal: app.signal });
	}

	protected render(status: RepositoryStatus, style: Style): string {
		return formatStatus(status, style);
	}
}
