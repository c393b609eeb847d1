import { closest, LlorchError } from "@llorch/core";
import type { HostProfile, RemoteSettings } from "../declarations.ts";

/** A host as the user named it. */
export type HostRef = {
	/** As it was written, for messages and tags: `mac`, `user@host:2222`. */
	name: string;
	profile: HostProfile;
};

/** What `--remote` was given. A list or a group gives the fleet shape even when it holds one host: syntax decides. */
export type HostList = { hosts: HostRef[]; fleet: boolean };

/**
 * `mac`, `user@host:2222`, `[::1]:2222`, `a,b`, `@group`, `@all`. Throws LLORCH_HOST_GROUP_UNKNOWN, and LLORCH_USAGE for an empty
 * name or one that OpenSSH would take for an option. Any other name is a host: whether it exists, the connection tells.
 */
export function readHosts(
	text: string,
	settings: Pick<RemoteSettings, "hosts" | "groups">,
): HostList {
	const words = text.split(",").map((word) => word.trim());
	const [first = ""] = words;
	const names = words.flatMap((word) =>
		word.startsWith("@") ? membersOf(word.slice(1), settings) : [word],
	);
	for (const name of names)
		if (name.startsWith("-") || !isPlain(name)) throw unusable(name);
	const hosts = [...new Set(names)].map((name) =>
		readHost(name, settings.hosts),
	);
	for (const { profile } of hosts)
		for (const word of [profile.host, profile.user])
			if (word !== undefined && !isPlain(word)) throw unusable(word);
	return {
		hosts,
		fleet: words.length > 1 || first.startsWith("@"),
	};
}

/** ssh_config may hand names to a shell (ProxyCommand %h): what OpenSSH refuses since 9.6 is never said to an older one either. */
function isPlain(word: string): boolean {
	return word !== "" && !/[\s\0'"`$\\;&<>|(){}]/.test(word);
}

function unusable(name: string): LlorchError {
	return new LlorchError(
		"LLORCH_USAGE",
		`"${name}" cannot be the name of a host`,
		{
			hint: "A host is a profile, an alias of ssh_config, or user@host:port.",
		},
	);
}

function membersOf(
	group: string,
	{ hosts, groups }: Pick<RemoteSettings, "hosts" | "groups">,
): readonly string[] {
	const members =
		groups[group] ?? (group === "all" ? Object.keys(hosts) : undefined);
	if (members !== undefined && members.length > 0) return members;
	const near = closest(group, [...Object.keys(groups), "all"]);
	throw new LlorchError(
		"LLORCH_HOST_GROUP_UNKNOWN",
		group === "all"
			? "there is no profile of a host, so @all is empty"
			: members === undefined
				? `there is no group @${group}${near === undefined ? "" : ` (did you mean @${near}?)`}`
				: `the group @${group} is empty`,
		{ run: ["remote", "hosts", "list"] },
	);
}

function readHost(
	name: string,
	profiles: Readonly<Record<string, HostProfile>>,
): HostRef {
	const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
	if (profile !== undefined) return { name, profile };
	const [, user, bracketed, plain = name, port] =
		/^(?:(.*)@)?(?:\[([^\]]+)\]|([^@]*?))(?::(\d+))?$/.exec(name) ?? [];
	// An IPv6 address without brackets is all host: `fe80::1`.
	if (bracketed === undefined && (name.match(/:/g)?.length ?? 0) > 1)
		return { name, profile: { host: name } };
	const known = Object.hasOwn(profiles, bracketed ?? plain)
		? profiles[bracketed ?? plain]
		: undefined;
	return {
		name,
		profile: {
			...(known ?? { host: bracketed ?? plain }),
			...(known !== undefined && known.host === undefined
				? { host: bracketed ?? plain }
				: {}),
			...(user === undefined ? {} : { user }),
			...(port === undefined ? {} : { port: Number(port) }),
		},
	};
}
