import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import { logFolder } from "../../app/log.ts";
import type { Style } from "../../app/style.ts";
import { formatTable } from "../../render/table.ts";
import { LlorchCommand } from "../command.ts";

type Paths = {
	files: { kind: string; path: string; exists: boolean }[];
};

export class ConfigPathCommand extends LlorchCommand<Paths> {
	static override paths = [["config", "path"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Configuration",
		description: "Show which files llorch reads, and where its log is",
		examples: [["The files, the strongest first", "llorch config path"]],
	});

	/** Works with a broken configuration too: that is when one looks for the files. */
	protected async run(app: App): Promise<Paths> {
		const { existsSync } = await import("node:fs");
		const { files } = await app.configReport();
		const log = `${logFolder(app.env, app.home)}/llorch.ndjson`;
		return {
			files: [...files, { kind: "log", path: log, exists: existsSync(log) }],
		};
	}

	protected render({ files }: Paths, style: Style): string {
		const rows = files.map(({ kind, path, exists }) => [
			kind,
			path,
			exists ? "there" : "not there",
		]);
		return formatTable(["what", "path", "state"], rows, style);
	}
}
