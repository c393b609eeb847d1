import type { ErrorInfo, Work } from "@llorch/core";
import type { FanoutPreview, FanoutResult } from "@llorch/fanout";
import {
	type FanoutDefaults,
	fanoutDefaultsSection,
} from "@llorch/fanout/declarations";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatPreview, formatSummary } from "../../render/fanout.ts";
import { LlorchCommand } from "../command.ts";
import { numberFor } from "../number-option.ts";
import { defaultOf } from "../setting-default.ts";
import { textFor } from "../text-option.ts";
import { completeLlmModels } from "./completes.ts";
import { judgeFanout } from "./verdict.ts";
import { actionsOf, wordsAfterDashes } from "./words.ts";

const { parallel, timeout, retries } = fanoutDefaultsSection.settings;
const otherwise = (key: keyof FanoutDefaults) =>
	defaultOf(fanoutDefaultsSection, key);

export class FanoutRunCommand extends LlorchCommand<
	FanoutResult | FanoutPreview
> {
	static override paths = [["fanout", "run"], ["fanout"]];
	static override remote = "forward" as const;
	static override json = "rows" as const;
	static override stdin = "read" as const;
	static override usage = Command.Usage({
		category: "Fan-out",
		description: "Ask many llm models the same, at once",
		details:
			"Runs `llm` once for every model, prompt and repetition, tags each line of the answers with its model, and keeps everything in a folder of its own: manifest.json, journal.ndjson, results.jsonl and results/. The prompt is `-p`, a file, or piped input; words after `--` go to llm as they are, and a prompt may stand there too (piped input then goes before it, as with llm). Failed calls are rows like any other: the exit code is 0, 6 when some failed, 1 when all did. `llm logs` shows the calls afterwards.",
		examples: [
			["Two models", 'llorch fanout run -m gpt-4o-mini -m tiny -- "Why?"'],
			[
				"One model at two settings",
				'llorch fanout run -m "tiny -o temperature 0.2" -m "tiny -o temperature 0.9" -p "Why?"',
			],
			[
				"The models of the configuration, three times each, with a system prompt",
				'llorch fanout run --repeat 3 --prompt-file why.txt -- -s "Be brief."',
			],
			["What would be run", 'llorch fanout run -m tiny -p "Why?" --dry-run'],
		],
	});
	static override completesValues = {
		"-m": completeLlmModels,
		"--model": completeLlmModels,
	};

	models = Option.Array("-m,--model", [], {
		description:
			'An llm model, as llm knows it; options may follow: "tiny -o temperature 0.2". Repeatable; none: [fanout].models',
	});
	prompts = Option.Array("-p,--prompt", [], {
		description: "The prompt; repeated, every one is asked. stdin is not read",
	});
	promptFiles = Option.Array("--prompt-file", [], {
		description: "A file that holds a prompt; - is stdin. Repeatable",
	});
	repeat = Option.String("--repeat", {
		validator: numberFor({ type: "integer", range: [1, 10_000] }),
		description: "Ask each the same this many times. Default: 1",
	});
	parallel = Option.String("--parallel", {
		validator: numberFor(parallel),
		description: `Calls at once. ${otherwise("parallel")}`,
	});
	timeout = Option.String("--timeout", {
		validator: numberFor(timeout),
		description: `Seconds one call may take; 0: no limit. ${otherwise("timeout")}`,
	});
	retries = Option.String("--retries", {
		validator: numberFor(retries),
		description: `Further attempts after a passing failure (rate limit, server, connection). ${otherwise("retries")}`,
	});
	failFast = Option.Boolean("--fail-fast", false, {
		description: "Stop everything at the first failure",
	});
	stream = Option.Boolean("--stream", {
		description: `Show lines as they come; --no-stream: each answer when it is whole. ${otherwise("stream")}`,
	});
	raw = Option.Boolean("--raw", false, {
		description: "Show the bytes of the answers without tags",
	});
	outdir = Option.String("--outdir", {
		validator: textFor("the path of a folder"),
		description: `Folder that gets one folder for every run. ${otherwise("outdir")}`,
	});
	log = Option.Boolean("--log", true, {
		description: "Add the calls to llm's logs; --no-log: do not",
	});
	dryRun = Option.Boolean("--dry-run", false, {
		description: "Show the command lines and run none",
	});
	words = Option.Rest({ name: "words for llm" });

	protected async *run(app: App): Work<FanoutResult | FanoutPreview> {
		const fanout = await app.fanout();
		const { outdir, raw } = this;
		const plan = await fanout.plan({
			...this,
			words: wordsAfterDashes(this.words, {
				argv: this.context.invocation.argv,
				actions: actionsOf("fanout", this.cli.definitions()),
			}),
		});
		if (this.dryRun) return fanout.preview(plan, { outdir });
		return yield* fanout.run(plan, { outdir, raw });
	}

	protected render(result: FanoutResult | FanoutPreview, style: Style): string {
		// The answers were shown as they came.
		return "dry_run" in result ? formatPreview(result, style) : "";
	}

	protected override summary(
		result: FanoutResult | FanoutPreview,
		style: Style,
	): string {
		return "dry_run" in result ? "" : formatSummary(result, style);
	}

	protected override verdict(
		result: FanoutResult | FanoutPreview,
	): ErrorInfo | undefined {
		return "dry_run" in result ? undefined : judgeFanout(result);
	}
}
