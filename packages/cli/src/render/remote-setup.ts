import { formatCount } from "@llorch/core";
import type { SetupEnd, SetupEnds } from "../app/remote/setup-hosts.ts";
import type { Style } from "../app/style.ts";

/** What `remote setup` did, a line a host. */
export function formatSetup(ends: SetupEnds, style: Style): string {
	const all =
		"hosts" in ends
			? ends.hosts.flatMap(({ result }) =>
					result === undefined ? [] : [result],
				)
			: [ends];
	const mark = style.terminal ? `${style.good("✓")} ` : "";
	return all.map((end) => `${mark}${formatEnd(end)}\n`).join("");
}

function formatEnd(end: SetupEnd): string {
	const gone =
		end.removed === undefined || end.removed.length === 0
			? ""
			: `, ${formatCount(end.removed.length, "older build")} removed`;
	switch (end.status) {
		case "removed":
			return end.removed.length === 0
				? `${end.host}: there was no llorch`
				: `${end.host}: ${formatCount(end.removed.length, "build")} of llorch removed`;
		case "present":
			return `${end.host}: llorch ${end.build} is there already${gone}`;
		case "installed":
			return `${end.host}: llorch ${end.build} is ready (${end.platform})${gone}`;
	}
}
