import { type Check, LlorchError } from "@llorch/core";
import type { App } from "../app.ts";
import type { Doctor } from "./diagnosis.ts";
import { listChecks } from "./list-checks.ts";
import { runChecks } from "./run-checks.ts";

/** @param list the checks, instead of every check there is */
export function createDoctor(
	app: App,
	list: (app: App) => Promise<readonly Check[]> = listChecks,
): Doctor {
	return {
		async *diagnose({ signal }) {
			await app.configReport().catch((error) => {
				// A bug in reading the configuration is a finding of its check.
				if (error instanceof LlorchError) throw error;
			});
			return yield* runChecks(await list(app), { signal, clock: app.clock });
		},
	};
}
