import type { Envelope } from "@llorch/core";
import type { CheckReport, Diagnosis } from "../app/doctor/diagnosis.ts";
import type { Style } from "../app/style.ts";
import { formatTable } from "./table.ts";

/** Hosts × checks: a row a check, a column a host; below it what is not well, each with its host. */
export function formatDiagnosisFleet(
	hosts: readonly (Envelope<Diagnosis> & { host: string })[],
	style: Style,
): string {
	const known = hosts.filter(({ result }) => result !== undefined);
	const ids = [
		...new Set(
			known.flatMap(({ result }) => result?.checks.map(({ id }) => id) ?? []),
		),
	];
	const checkOf = (diagnosis: Diagnosis | undefined, id: string) =>
		diagnosis?.checks.find((check) => check.id === id);
	const table = formatTable(
		["check", ...known.map(({ host }) => host)],
		ids.map((id) => [
			id,
			...known.map(({ result }) => formatState(checkOf(result, id))),
		]),
		style,
	);
	const complaints = known.flatMap(({ host, result }) =>
		(result?.checks ?? []).flatMap(({ id, findings }) =>
			findings
				.filter(({ level }) => level !== "ok")
				.map(
					({ level, text }) =>
						`[${host}] ${level}: ${id}: ${text.replaceAll("\n", " ")}\n`,
				),
		),
	);
	return table + complaints.join("");
}

function formatState(check: CheckReport | undefined): string {
	return check === undefined ? "" : check.status;
}
