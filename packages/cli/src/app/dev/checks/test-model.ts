import { type Check, LlorchError } from "@llorch/core";
import { workerSection } from "@llorch/toolchain/declarations";
import type { App } from "../../app.ts";
import { surroundingsOf } from "../../doctor/declared-checks.ts";

/** Whether the model that `test inference` runs is there. Nothing is hashed for it. */
export function testModelCheck(app: App): Check {
	return {
		id: "test-model",
		title: "test model",
		timeoutMs: 5_000,
		async run() {
			const config = await app.config().catch(() => undefined);
			// A broken configuration is another check's finding.
			if (config === undefined) return [];
			const { createToolchain } = await import("@llorch/toolchain");
			const toolchain = createToolchain({
				...(await surroundingsOf(app)),
				modelPath: (model) => lookUp(app, model),
			});
			try {
				const path = await toolchain.findModel();
				return [{ level: "ok", text: `test inference runs ${path}` }];
			} catch (error) {
				if (!(error instanceof LlorchError)) throw error;
				const { code, message, run } = error.info;
				const absent = code === "LLORCH_MODEL_ABSENT";
				// Nobody has asked for the default one.
				const asked = config.get(workerSection).test_model;
				if (absent && asked === workerSection.settings.test_model.default)
					return [];
				return [
					{
						level: absent ? "warning" : "error",
						text: `worker.test_model is ${asked}: ${message}`,
						...(run === undefined
							? {}
							: { fix: { run: ["llorch", ...run], safe: false } }),
					},
				];
			}
		},
	};
}

async function lookUp(app: App, model: string): Promise<string> {
	const { path } = await (await app.catalog()).info(model);
	if (path !== undefined) return path;
	throw new LlorchError(
		"LLORCH_MODEL_ABSENT",
		`${model} is not on this machine`,
		{ run: ["models", "download", model] },
	);
}
