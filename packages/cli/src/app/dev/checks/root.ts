import { stat } from "node:fs/promises";
import type { Check } from "@llorch/core";
import type { App } from "../../app.ts";
import { generalSection } from "../../sections.ts";

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
			const asked = config.get(generalSection).repo_root;
			const root = await app.repositoryRoot();
			if (root === undefined)
				return [
					{
						level: "ok",
						text: "outside of any repository: models and hosts work all the same",
					},
				];
			const stats = await stat(root).catch(() => undefined);
			if (stats?.isDirectory()) return [{ level: "ok", text: root }];
			return [
				{
					level: "error",
					text: `general.repo_root is ${asked}, and there is no folder ${root}`,
					fix: {
						run: ["llorch", "config", "show", "general", "--origin"],
						safe: false,
					},
				},
			];
		},
	};
}
