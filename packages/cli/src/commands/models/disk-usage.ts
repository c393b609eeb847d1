import type { DiskUsage } from "@llorch/catalog";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatUsage, formatUsageNotes } from "../../render/models.ts";
import { LlorchCommand } from "../command.ts";

export class ModelsDiskUsageCommand extends LlorchCommand<DiskUsage> {
	static override paths = [["models", "disk-usage"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Models",
		description: "Show how much disk the models take",
		details:
			"Counts every file once, however many links lead to it, begun downloads included.",
		examples: [["Per model, and in all", "llorch models disk-usage"]],
	});

	protected async run(app: App): Promise<DiskUsage> {
		return (await app.catalog()).diskUsage();
	}

	protected render(usage: DiskUsage, style: Style): string {
		return formatUsage(usage, style);
	}

	protected override summary(usage: DiskUsage, style: Style): string {
		return formatUsageNotes(usage, style);
	}
}
