import type { Downloads } from "@llorch/catalog";
import type { ErrorInfo, Work } from "@llorch/core";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatDownloadCounts, formatDownloads } from "../../render/models.ts";
import { LlorchCommand } from "../command.ts";
import { completeModels } from "./completes.ts";
import { chooseModels } from "./names.ts";
import { judgeModels } from "./verdict.ts";

export class ModelsDownloadCommand extends LlorchCommand<Downloads> {
	static override paths = [["models", "download"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Models",
		description: "Download models, verified byte for byte",
		details:
			"MODEL is an id of the catalog, or hf:org/repo/path/file with @REVISION for a certain branch, tag or commit. Files go to the Hugging Face cache that hf, llama.cpp and transformers share, and links to models.base_dir. What is here already is not fetched again; an interrupted download goes on where it stopped. Of several, one that fails stops no other: exit code 4 when wrong bytes are all that failed, else 6 when some failed and 1 when all did.",
		examples: [
			["A model of the catalog", "llorch models download tinyllama"],
			["Several", "llorch models download qwen phi3"],
			[
				"Any file on the hub",
				"llorch models download hf:Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf",
			],
			["The whole catalog", "llorch models download --all"],
		],
	});
	static override completes = completeModels;

	all = Option.Boolean("--all", false, {
		description: "Every model of the catalog",
	});
	models = Option.Rest({ name: "model" });

	protected async *run(app: App): Work<Downloads> {
		const chosen = chooseModels("download", this.models, this.all);
		const catalog = await app.catalog();
		return yield* catalog.download({ ...chosen, signal: app.signal });
	}

	protected render(downloads: Downloads, style: Style): string {
		return formatDownloads(downloads, style);
	}

	protected override summary(downloads: Downloads): string {
		return formatDownloadCounts(downloads);
	}

	protected override verdict({ models }: Downloads): ErrorInfo | undefined {
		return judgeModels(models, "all");
	}
}
