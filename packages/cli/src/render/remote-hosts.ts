import { formatBytes, sanitize } from "@llorch/core";
import type { HostEnds } from "../app/remote/on-hosts.ts";
import type { HostListing, ProfileChange } from "../app/remote/profiles.ts";
import type { HostReport } from "../app/remote/test-hosts.ts";
import type { Style } from "../app/style.ts";
import { formatError } from "./error.ts";
import { formatTable } from "./table.ts";

export function formatProfiles({ hosts }: HostListing, style: Style): string {
	return formatTable(
		["name", "host", "user", "port", "repository", "groups"],
		hosts.map((host) => [
			host.name,
			host.host ?? host.name,
			host.user ?? "",
			host.port === undefined ? "" : String(host.port),
			host.repo_path ?? "",
			host.groups.join(" "),
		]),
		style,
	);
}

export function formatProfileChange({
	name,
	file,
	status,
}: ProfileChange): string {
	return status === "removed"
		? `${name} removed from ${file}\n`
		: `${name} ${status} in ${file}\n`;
}

/** A row a host: what was found, or how far we came. */
export function formatHostTest(
	{ hosts }: HostEnds<HostReport>,
	style: Style,
): string {
	return formatTable(
		[
			"host",
			"reached",
			"key",
			"login",
			"transport",
			"llorch",
			"repository",
			"path",
			"system",
			"cores>",
			"memory>",
			"disk free>",
			"gpu",
		],
		hosts.map(({ host, result, error }) =>
			result === undefined
				? [host, ...howFar(error?.code ?? ""), ...Array(9).fill("")]
				: [
						host,
						"yes",
						"known",
						"yes",
						result.transport,
						result.ready ? "ready" : "missing",
						result.repository === undefined
							? ""
							: result.repository
								? "yes"
								: "missing",
						[...result.programs, ...result.extraPath].join(" "),
						`${result.os}-${result.arch}${result.node === undefined ? "" : ` node ${result.node}`}`,
						result.cores === undefined ? "" : String(result.cores),
						bytes(result.memoryBytes),
						bytes(result.diskBytes),
						sanitize(result.gpu ?? ""),
					],
		),
		style,
	);
}

function bytes(value: number | undefined): string {
	return value === undefined ? "" : formatBytes(value);
}

/** Reached, key, login: as far as a failure lets us know. */
function howFar(code: string): [string, string, string] {
	if (/HOST_KEY_/.test(code))
		return ["yes", code.replace(/.*_/, "").toLowerCase(), ""];
	if (/LOGIN_|NO_SESSION/.test(code)) return ["yes", "known", "no"];
	return ["no", "", ""];
}

/** What was kept in profiles, and why hosts cannot be used. */
export function formatHostTestNotes(
	{ hosts }: HostEnds<HostReport>,
	style: Style,
): string {
	return hosts
		.map(({ host, result, error }) => {
			if (error !== undefined)
				return hosts.length === 1 ? "" : formatError({ ...error, host }, style);
			return result === undefined || result.keptPath.length === 0
				? ""
				: `[${host}] kept in the profile: path ${result.keptPath.join(" ")}\n`;
		})
		.join("");
}
