import type { ModelPath } from "@llorch/catalog";
import type { Work } from "@llorch/core";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { LlorchCommand } from "../command.ts";
import { completeModels } from "./completes.ts";

export class ModelsPathCommand extends LlorchCommand<ModelPath> {
	static override paths = [["models", "path"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Models",
		description: "Print where a model is, for programs",
		details:
			"Prints the file, or the folder of a model with several files. What another tool has put there is hashed first, once. Fails when the model is not completely here, or not what it must be.",
		examples: [["For a program that loads it", "llorch models path tinyllama"]],
	});
	static override completes = completeModels;

	model = Option.String({ name: "model" });

	protected async *run(app: App): Work<ModelPath> {
		const catalog = await app.catalog();
		return yield* catalog.path({ name: this.model, signal: app.signal });
	}

	protected render({ path }: ModelPath): string {
		return `${path}\n`;
	}
}
