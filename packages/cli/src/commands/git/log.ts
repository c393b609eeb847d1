import type { History } from "@llorch/git";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatLog } from "../../render/git.ts";
import { LlorchCommand } from "../command.ts";
import { numberFor } from "../number-option.ts";

export class GitLogCommand extends LlorchCommand<History> {
	static override paths = [["git", "log"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "Show the latest commits as a graph",
		examples: [
			["The last twenty", "llorch git log"],
			["The last five", "llorch git log -n 5"],
		],
	});

	count = Option.String("-n", "20", {
		description: "How many commits, 1 to 100000",
		validator: numberFor({ type: "integer", range: [1, 100_000] }),
	});

	protected async run(app: App): Promise<History> {
		const git = await app.git();
		return git.log({ count: this.count, signal: app.signal });
	}

	protected render(history: History, style: Style): string {
		return formatLog(history, style);
	}
}
