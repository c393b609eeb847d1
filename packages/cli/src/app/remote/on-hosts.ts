import type { ErrorInfo, Fleet, Work } from "@llorch/core";
import type { HostList, HostRef } from "@llorch/remote";
import { memoryBacklog, runCells } from "@llorch/run";
import { exitCodeOf } from "../error-tables.ts";

/** The answers of several hosts, in the order they were named. */
export type HostEnds<R> = NonNullable<Fleet<R>["result"]>;

// Logins cost the near side processor time; a homelab has fewer hosts.
const MAX_HOSTS = 32;

/** Does one thing on several hosts at once. A host that fails hides no other. */
export async function* onHosts<R>(
	{ hosts }: HostList,
	work: (host: HostRef, signal: AbortSignal) => Work<R> | Promise<R>,
	options: {
		signal: AbortSignal;
		/** Exit code of a host's answer, where it is no error. */
		exitOf?: (result: R) => number;
		exitOfError?: (error: ErrorInfo) => number;
	},
): Work<HostEnds<R>> {
	const { exitOf = () => 0, exitOfError = exitCodeOf } = options;
	const backlog = memoryBacklog<HostRef, R>(
		hosts.map((host) => ({
			id: host.name,
			label: host.name,
			uses: [`host:${host.name}`],
			input: host,
		})),
	);
	yield* runCells(
		backlog,
		async function* (cell, signal): Work<R> {
			const working = work(cell.input, signal);
			return "next" in working ? yield* working : await working;
		},
		{ limits: { "*": MAX_HOSTS }, signal: options.signal },
	);
	return {
		hosts: backlog.outcomes().map((outcome) => {
			const { label: host, durationMs } = outcome;
			if (outcome.status === "ok") {
				const exit = exitOf(outcome.value);
				return {
					host,
					ok: exit === 0,
					exit,
					durationMs,
					result: outcome.value,
				};
			}
			const error: ErrorInfo =
				outcome.status === "failed"
					? outcome.error
					: { code: "LLORCH_INTERRUPTED", message: outcome.reason, host };
			return { host, ok: false, exit: exitOfError(error), durationMs, error };
		}),
	};
}
