import type { Envelope, ErrorInfo } from "@llorch/core";
import { bugAmong } from "./bug-among.ts";

/** How one of several hosts ended. */
export type HostEnd = Envelope<unknown> & { host: string; durationMs: number };

/** The error of a run on several hosts: a bug on one of them (70), else some failed (6), or all (1). */
export function judgeHosts(hosts: readonly HostEnd[]): ErrorInfo | undefined {
	const failed = hosts.filter(({ ok }) => !ok);
	if (failed.length === 0) return undefined;
	const bug = bugAmong(
		failed.flatMap(({ host, error }) =>
			error === undefined ? [] : [{ label: host, error }],
		),
	);
	if (bug !== undefined) return bug;
	const names = failed.map(({ host }) => host).join(", ");
	return failed.length === hosts.length
		? {
				code: "LLORCH_ALL_FAILED",
				message: `it failed on ${hosts.length === 1 ? "the only host" : `all ${hosts.length} hosts`}: ${names}`,
			}
		: {
				code: "LLORCH_SOME_FAILED",
				message: `it failed on ${failed.length} of ${hosts.length} hosts: ${names}`,
			};
}
