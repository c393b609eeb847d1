import type { ErrorInfo } from "@llorch/core";
import type { AllReport } from "./dev/all.ts";

/** The failure of the step that stopped `dev all`. */
export function judgeAll({ steps }: AllReport): ErrorInfo | undefined {
	for (const report of steps)
		if (report.status === "failed") {
			const { step, error } = report;
			return { ...error, message: `${step}: ${error.message}` };
		}
	return undefined;
}
