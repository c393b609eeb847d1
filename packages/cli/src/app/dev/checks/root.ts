import { type Check, toErrorInfo } from "@llorch/core";
import type { App } from "../../app.ts";

/** Whether the repository that the configuration names is there. */
export function rootCheck(app: App): Check {
	return {
		id: "repository",
		title: "repository",
		timeoutMs: 5_000,
		async run() {
			const config = await app.config().catch(() => undefined);
			// A broken configuration is another check's finding.
			if (config === undefined) return [];
			try {
				const root = await app.repositoryRoot();
				const text =
					root ??
					"outside of any repository: models and hosts work all the same";
				return [{ level: "ok", text }];
			} catch (error) {
				const { message, run = [] } = toErrorInfo(error);
				const fix = { run: ["llorch", ...run], safe: false };
				return [{ level: "error", text: message, fix }];
			}
		},
	};
}
