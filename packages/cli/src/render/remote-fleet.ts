import { type Envelope, type ErrorInfo, formatCount } from "@llorch/core";

type HostEnd = Envelope<unknown> & { host: string; durationMs: number };

/** The error of a run on several hosts: some failed (6), or all (1). */
export function judgeFleet(hosts: readonly HostEnd[]): ErrorInfo | undefined {
	const failed = hosts.filter(({ ok }) => !ok);
	if (failed.length === 0) return undefined;
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

/** A line for every host that failed, then how many were well. */
export function formatFleetEnds({
	hosts,
}: {
	hosts: readonly HostEnd[];
}): string {
	const lines = hosts
		.filter(({ ok }) => !ok)
		.map(
			({ host, exit, error }) =>
				`[${host}] ${error === undefined ? `exit code ${exit}` : `${error.message} (${error.code})`}`,
		);
	const well = hosts.filter(({ ok }) => ok).length;
	return `${[...lines, `${formatCount(well, "host")} of ${hosts.length} done`].join("\n")}\n`;
}
