import type { Deleted } from "@llorch/catalog";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { askDelete, formatDeleted, formatKept } from "../../render/models.ts";
import { LlorchCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { completeModels } from "./completes.ts";

export class ModelsDeleteCommand extends LlorchCommand<Deleted> {
	static override paths = [["models", "delete"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Models",
		description: "Delete models from this disk",
		details:
			"Shows what would go and asks. A file that another model, or another tool's snapshot, still needs is kept; so are your own files at the old places.",
		examples: [
			["Show what would go, and ask", "llorch models delete qwen"],
			["Without asking", "llorch models delete qwen phi3 --force"],
		],
	});
	static override completes = completeModels;

	force = Option.Boolean("-f,--force", false, {
		description: "Do not ask",
	});
	models = Option.Rest({ name: "model", required: 1 });

	protected async run(app: App): Promise<Deleted> {
		const catalog = await app.catalog();
		const plan = await catalog.planDelete(this.models);
		if (!plan.empty && !this.force) await confirm(app, askDelete(plan));
		return catalog.applyDelete(plan);
	}

	protected render(deleted: Deleted): string {
		return formatDeleted(deleted);
	}

	protected override summary(deleted: Deleted): string {
		return formatKept(deleted);
	}
}
