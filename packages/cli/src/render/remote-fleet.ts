import { type Envelope, formatCount } from "@llorch/core";
import type { HostEnd } from "../app/forwarding-verdict.ts";
import type { Style } from "../app/style.ts";
import { formatError } from "./error.ts";

/** What every host of a fleet answered, each line tagged with its host. */
export function formatFleet<R>(
	hosts: readonly (Envelope<R> & { host: string })[],
	renderOne: (result: R) => string,
): string {
	return hosts
		.flatMap(({ host, result }) => {
			const text = result === undefined ? "" : renderOne(result);
			if (text === "") return [];
			const lines = text.replace(/\n$/, "").split("\n");
			return lines.map((line) => `[${host}] ${line}\n`);
		})
		.join("");
}

/** The error of every host that failed, then how many were well. */
export function formatFleetEnds(
	hosts: readonly HostEnd[],
	style: Style,
): string {
	const errors = hosts
		.filter(({ ok }) => !ok)
		.map(({ host, exit, error }) =>
			error === undefined
				? `[${host}] exit code ${exit}\n`
				: formatError({ ...error, host }, style),
		);
	const well = hosts.filter(({ ok }) => ok).length;
	return `${errors.join("")}${well} of ${formatCount(hosts.length, "host")} done\n`;
}
