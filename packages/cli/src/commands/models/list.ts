import type { DiskListing } from "@llorch/catalog";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatDisk, formatDiskTotal } from "../../render/models.ts";
import { LlorchCommand } from "../command.ts";
import { completeModels } from "./completes.ts";

export class ModelsListCommand extends LlorchCommand<DiskListing> {
	static override paths = [["models", "list"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Models",
		description: "Show the models that are on this disk",
		details:
			"Models of the catalog, what other tools have in the shared Hugging Face cache, and files under models.base_dir that no entry of the catalog knows.",
		examples: [
			["Everything that is here", "llorch models list"],
			["What has llama in its name", "llorch models list llama"],
		],
	});
	static override completes = completeModels;

	name = Option.String({ name: "name", required: false });

	protected async run(app: App): Promise<DiskListing> {
		return (await app.catalog()).list({ name: this.name });
	}

	protected render(listing: DiskListing, style: Style): string {
		return formatDisk(listing, style);
	}

	protected override summary(listing: DiskListing, style: Style): string {
		return formatDiskTotal(listing, style);
	}
}
