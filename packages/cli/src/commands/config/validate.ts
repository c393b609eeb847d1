import type { Problem } from "@llorch/config";
import type { ErrorInfo } from "@llorch/core";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { LlorchCommand } from "../command.ts";

type Validated = {
	problems: Problem[];
	notes: readonly string[];
	files: string[];
};

export class ConfigValidateCommand extends LlorchCommand<Validated> {
	static override paths = [["config", "validate"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Configuration",
		description: "Check the configuration: every problem with file and line",
		examples: [
			["What counts here", "llorch config validate"],
			[
				"One file, before it is used",
				"llorch config validate --config draft.toml",
			],
		],
	});

	protected async run(app: App): Promise<Validated> {
		const { problems, notes, files } = await app.configReport();
		return {
			problems,
			notes,
			files: files.filter(({ exists }) => exists).map(({ path }) => path),
		};
	}

	protected render(
		{ problems, notes, files }: Validated,
		style: Style,
	): string {
		const lines = [
			...problems.map(
				({ where, text }) => `${style.bad("error")}  ${where}: ${text}`,
			),
			...notes.map((note) => `${style.warn("note")}  ${note}`),
		];
		if (problems.length === 0)
			lines.push(
				files.length === 0
					? "valid: no file, so the defaults and the environment count"
					: `valid: ${files.join(", ")}`,
			);
		return `${lines.join("\n")}\n`;
	}

	protected override verdict({ problems }: Validated): ErrorInfo | undefined {
		const [first] = problems;
		if (first === undefined) return undefined;
		const count =
			problems.length === 1 ? "a problem" : `${problems.length} problems`;
		return {
			code: first.code,
			message: `the configuration has ${count}`,
			hint: "Mend the lines above.",
			run: ["config", "show", "--origin"],
		};
	}
}
