import type { CatalogListing } from "@llorch/catalog";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatCatalog, formatCatalogCounts } from "../../render/models.ts";
import { LlorchCommand } from "../command.ts";

export class ModelsCatalogCommand extends LlorchCommand<CatalogListing> {
	static override paths = [["models", "catalog"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Models",
		description: "Show the models that can be downloaded, and which are here",
		details:
			"An entry is verified when each of its facts (revision, size, hash, licence, parameters, context) says which public place it was read in. `models.catalog` names another catalog file.",
		examples: [
			["What there is", "llorch models catalog"],
			["With every fact, for a program", "llorch models catalog --json"],
		],
	});

	protected async run(app: App): Promise<CatalogListing> {
		return (await app.catalog()).catalog();
	}

	protected render(listing: CatalogListing, style: Style): string {
		return formatCatalog(listing, style);
	}

	protected override summary(listing: CatalogListing, style: Style): string {
		return formatCatalogCounts(listing, style);
	}
}
