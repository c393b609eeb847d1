import type { Cleaned } from "@llorch/toolchain";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { askBuildClean, formatBuildCleaned } from "../../render/build.ts";
import { LlorchCommand } from "../command.ts";
import { confirm } from "../confirm.ts";

export class BuildCleanCommand extends LlorchCommand<Cleaned> {
	static override paths = [["build", "clean"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Build",
		description: "Delete everything cargo has built",
		details:
			"Shows what would go and asks. The next build starts from nothing. A folder that cargo did not build in is left alone, whatever CARGO_TARGET_DIR says.",
		examples: [
			["Show, and ask", "llorch build clean"],
			["Without asking", "llorch build clean --force"],
		],
	});

	force = Option.Boolean("-f,--force", false, { description: "Do not ask" });

	protected async run(app: App): Promise<Cleaned> {
		const toolchain = await app.toolchain();
		const { signal } = app;
		const plan = await toolchain.planClean({ signal });
		const { folder, files, size } = plan;
		if (files === 0) return { folder, files, size };
		if (!this.force) await confirm(app, askBuildClean(plan));
		return toolchain.clean(plan, { signal });
	}

	protected render(): string {
		return "";
	}

	protected override summary(cleaned: Cleaned): string {
		return formatBuildCleaned(cleaned);
	}
}
