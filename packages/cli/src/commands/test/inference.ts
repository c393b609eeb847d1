import type { Work } from "@llorch/core";
import type { Inference } from "@llorch/toolchain";
import { workerSection } from "@llorch/toolchain/declarations";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import {
	formatInference,
	formatInferenceCounts,
} from "../../render/inference.ts";
import { backendWord, completeBackends } from "../backends.ts";
import { LlorchCommand } from "../command.ts";
import { completeModels } from "../models/completes.ts";
import { numberFor } from "../number-option.ts";
import { defaultOf } from "../setting-default.ts";
import { MAX_DEBUG_TOKENS, MAX_TOKENS, PROMPT } from "./story.ts";

export class TestInferenceCommand extends LlorchCommand<Inference> {
	static override paths = [["test", "inference"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Test",
		description: "Start a built worker, have it tell a story, and end it",
		details:
			"Prints the story as it comes, then how long the first token took and how many came in a second. The worker gets a free port and a private log, and is ended whatever happens; `llorch test logs` shows the log afterwards. Build it first: `llorch build worker`.",
		examples: [
			["The model of the configuration", "llorch test inference cpu"],
			[
				"Another model, on the second card",
				"llorch test inference cuda --model llama32 --device 1",
			],
			["All the worker has to say", "llorch test inference metal --debug"],
		],
	});
	static override completes = completeBackends;
	static override completesValues = { "--model": completeModels };

	model = Option.String("--model", {
		description: `A model of the catalog, or the path of one. ${defaultOf(workerSection, "test_model")}`,
	});
	device = Option.String("--device", {
		description: `The GPU that a CUDA worker sees, counted from 0. ${defaultOf(workerSection, "default_gpu_device")}`,
		validator: numberFor(workerSection.settings.default_gpu_device),
	});
	port = Option.String("--port", {
		description: "The worker's port, 1 to 65535. Default: a free one",
		validator: numberFor({ type: "integer", range: [1, 65_535] }),
	});
	prompt = Option.String("-p,--prompt", PROMPT, {
		description: `How the story begins. Default: "${PROMPT}"`,
	});
	maxTokens = Option.String("--max-tokens", {
		description: `Tokens at most. Default: ${MAX_TOKENS}, with --debug ${MAX_DEBUG_TOKENS}`,
		validator: numberFor({ type: "integer", range: [1, 1_000_000] }),
	});
	debug = Option.Boolean("--debug", false, {
		description:
			"Let the worker log everything, show its first events, and its log when it fails",
	});
	backend = backendWord();

	protected async *run(app: App): Work<Inference> {
		const toolchain = await app.toolchain();
		const { backend, model, device, port, prompt, debug } = this;
		return yield* toolchain.infer({
			backend,
			model,
			device,
			port,
			prompt,
			maxTokens: this.maxTokens ?? (debug ? MAX_DEBUG_TOKENS : MAX_TOKENS),
			debug,
			signal: app.signal,
		});
	}

	protected render(inference: Inference): string {
		return formatInference(inference);
	}

	protected override summary(inference: Inference): string {
		return formatInferenceCounts(inference);
	}
}
