import type { ModelInfo } from "@llorch/catalog";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatModelInfo } from "../../render/model-info.ts";
import { LlorchCommand } from "../command.ts";
import { completeModels } from "./completes.ts";

export class ModelsInfoCommand extends LlorchCommand<ModelInfo> {
	static override paths = [["models", "info"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Models",
		description: "Show all that is known of a model, and where from",
		examples: [
			["A model of the catalog", "llorch models info tinyllama"],
			["Where its facts were read", "llorch models info tinyllama --sources"],
		],
	});
	static override completes = completeModels;

	sources = Option.Boolean("--sources", false, {
		description: "Say in which public place each fact was read",
	});
	model = Option.String({ name: "model" });

	protected async run(app: App): Promise<ModelInfo> {
		return (await app.catalog()).info(this.model);
	}

	protected render(info: ModelInfo, style: Style): string {
		return formatModelInfo(info, { sources: this.sources, style });
	}
}
