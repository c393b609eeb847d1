import type { ErrorInfo, Work } from "@llorch/core";
import { workerSection } from "@llorch/toolchain/declarations";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import type { AllReport } from "../../app/dev/all.ts";
import { judgeAll } from "../../app/judge-all.ts";
import type { Style } from "../../app/style.ts";
import { formatAll, formatAllSummary } from "../../render/dev-all.ts";
import { backendOption, backendValues } from "../backends.ts";
import { LlorchCommand } from "../command.ts";
import { defaultOf } from "../setting-default.ts";
import { MAX_TOKENS, PROMPT } from "../test/story.ts";

export class DevAllCommand extends LlorchCommand<AllReport> {
	static override paths = [["dev", "all"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Development",
		description: "Pull, build the worker, test it and try it out",
		details:
			"Does what `git pull`, `build worker`, `test all` and `test inference` do, one after the other, and stops at the first that fails. Prints a line for each, those that were not run too.",
		examples: [
			["Here", "llorch dev all --backend cpu"],
			["On the CUDA machine", "llorch dev all --backend cuda --remote gpu1"],
		],
	});
	static override completesValues = backendValues;

	backend = backendOption();
	model = Option.String("--model", {
		description: `For the last step: a model of the catalog, or the path of one. ${defaultOf(workerSection, "test_model")}`,
	});

	protected async *run(app: App): Work<AllReport> {
		const { runAll } = await import("../../app/dev/all.ts");
		const { backend, model } = this;
		return yield* runAll(app, {
			backend,
			model,
			prompt: PROMPT,
			maxTokens: MAX_TOKENS,
		});
	}

	protected render(report: AllReport, style: Style): string {
		return formatAll(report, style);
	}

	protected override summary(report: AllReport, style: Style): string {
		return formatAllSummary(report, style);
	}

	protected override verdict(report: AllReport): ErrorInfo | undefined {
		return judgeAll(report);
	}
}
