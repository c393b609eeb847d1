import type { Verifications } from "@llorch/catalog";
import type { ErrorInfo, Work } from "@llorch/core";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatVerifications, formatVerified } from "../../render/models.ts";
import { LlorchCommand } from "../command.ts";
import { completeModels } from "./completes.ts";
import { chooseModels } from "./names.ts";
import { judgeModels } from "./verdict.ts";

export class ModelsVerifyCommand extends LlorchCommand<Verifications> {
	static override paths = [["models", "verify"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Models",
		description: "Hash models that are here again, and compare",
		details:
			"Reads every byte and compares with the hash of the catalog, or with the one that was remembered at the first download. Nothing is deleted or fetched. Exit code 4 as soon as one file is not what it must be, whatever else failed.",
		examples: [
			["One model", "llorch models verify tinyllama"],
			["Everything that is here", "llorch models verify --all"],
		],
	});
	static override completes = completeModels;

	all = Option.Boolean("--all", false, {
		description: "Every model of the catalog that is here",
	});
	models = Option.Rest({ name: "model" });

	protected async *run(app: App): Work<Verifications> {
		const chosen = chooseModels("verify", this.models, this.all);
		const catalog = await app.catalog();
		return yield* catalog.verify({ ...chosen, signal: app.signal });
	}

	protected render(verifications: Verifications, style: Style): string {
		return formatVerifications(verifications, style);
	}

	protected override summary(verifications: Verifications): string {
		return formatVerified(verifications);
	}

	protected override verdict({ models }: Verifications): ErrorInfo | undefined {
		// Wrong bytes are what this looks for: that another model is absent must not hide them.
		return judgeModels(models, "any");
	}
}
