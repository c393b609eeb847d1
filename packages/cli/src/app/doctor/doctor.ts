import { type Check, LlorchError, type Work } from "@llorch/core";
import type { App } from "../app.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { listChecks } from "./list-checks.ts";
import { runChecks } from "./run-checks.ts";

/** Looks at everything llorch needs on this machine. */
export type Doctor = {
	/** Never fails for what it finds. Throws the signal's reason, and LLORCH_USAGE when `--cwd` names no folder. */
	diagnose(options: { signal: AbortSignal }): Work<Diagnosis>;
};

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
