import type { Built } from "@llorch/toolchain";
import { Option } from "clipanion";
import { formatBuildCounts, formatBuilt } from "../../render/build.ts";
import { LlorchCommand } from "../command.ts";

/** A command that builds one program with cargo. */
export abstract class BuildCommand extends LlorchCommand<Built> {
	static override remote = "forward" as const;

	debug = Option.Boolean("--debug", false, {
		description: "Build quickly, with debug information and without optimising",
	});
	targetDirectory = Option.String("--target-dir", {
		description: "Folder for everything cargo builds",
	});

	protected render(built: Built): string {
		return formatBuilt(built);
	}

	protected override summary(built: Built): string {
		return formatBuildCounts(built);
	}
}
