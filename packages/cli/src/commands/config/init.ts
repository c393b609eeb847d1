import { LlorchError } from "@llorch/core";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { initConfig } from "../../app/init-config.ts";
import { LlorchCommand } from "../command.ts";

type Written = { path: string };

export class ConfigInitCommand extends LlorchCommand<Written> {
	static override paths = [["config", "init"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Configuration",
		description: "Write a configuration file that explains every setting",
		details:
			"Writes .llorch.toml at the root of the repository we stand in, or with --user the user's own file. Every key is commented out with its default. An existing file is never touched.",
		examples: [
			["For this repository", "llorch config init"],
			["For everything I do", "llorch config init --user"],
		],
	});

	user = Option.Boolean("--user", false, {
		description: "Write the user's file instead of the project's",
	});

	protected run(app: App): Promise<Written> {
		if (this.configFile !== undefined)
			throw new LlorchError(
				"LLORCH_USAGE",
				"config init writes the project's or the user's file; --config only reads",
				{ run: ["config", "init", "--help"] },
			);
		return initConfig(app, { user: this.user });
	}

	protected render({ path }: Written): string {
		return `${path}\n`;
	}
}
