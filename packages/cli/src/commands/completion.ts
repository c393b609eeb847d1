import { Command, Option } from "clipanion";
import * as t from "typanion";
import { completionScript, SHELLS } from "../render/completion-scripts.ts";
import { LlorchCommand } from "./command.ts";

export class CompletionCommand extends LlorchCommand<{ script: string }> {
	static override paths = [["completion"]];
	static override remote = "never" as const;
	static override usage = Command.Usage({
		category: "llorch itself",
		description: "Print the completion script of a shell",
		details:
			"The script asks llorch itself at every Tab, so commands, options, model ids and setting names are always those of the llorch that is installed.",
		examples: [
			["bash, in ~/.bashrc", "llorch completion bash"],
			["zsh, into a folder of $fpath", "llorch completion zsh"],
			["fish", "llorch completion fish"],
		],
	});

	static override completes = async () =>
		SHELLS.map((word) => ({ word, describe: `for ${word}` }));

	shell = Option.String({
		name: "shell",
		validator: t.isEnum(SHELLS),
	});

	protected async run(): Promise<{ script: string }> {
		return { script: completionScript(this.shell) };
	}

	protected render({ script }: { script: string }): string {
		return script;
	}
}
