import { readFile } from "node:fs/promises";
import { editConfigText, showPath, userFile } from "@llorch/config";
import { closest, hasCode, type Json, LlorchError } from "@llorch/core";
import {
	type HostProfile,
	type RemoteSettings,
	remoteSection,
} from "@llorch/remote/declarations";
import { writeFileAtomic } from "@llorch/run";
import type { App } from "../app.ts";
import { writeConfig } from "../write-config.ts";

/** What `remote hosts list` shows of a profile. */
export type ListedHost = { name: string; groups: string[] } & HostProfile;

export type HostListing = {
	hosts: ListedHost[];
	groups: { [name: string]: readonly string[] };
};

export async function listProfiles(app: App): Promise<HostListing> {
	const { hosts, groups } = await settingsOf(app);
	return {
		hosts: Object.entries(hosts).map(([name, profile]) => ({
			name,
			...given(profile),
			groups: Object.keys(groups).filter((group) =>
				groups[group]?.includes(name),
			),
		})),
		groups: { ...groups },
	};
}

export type ProfileChange = {
	name: string;
	file: string;
	status: "added" | "replaced" | "removed";
};

/**
 * Writes a profile into the user's configuration, with all comments and order kept. Throws LLORCH_HOST_EXISTS unless `replace`, and as
 * `editConfigText` does. What the new text would make of the configuration is checked by the next reading, as for a hand-made edit.
 */
export async function addProfile(
	app: App,
	name: string,
	profile: HostProfile,
	{ replace }: { replace: boolean },
): Promise<ProfileChange> {
	const { hosts } = await settingsOf(app);
	const exists = Object.hasOwn(hosts, name);
	if (exists && !replace)
		throw new LlorchError(
			"LLORCH_HOST_EXISTS",
			`there is a profile of ${name} already`,
			{
				hint: "--force replaces it.",
				run: ["remote", "hosts", "list"],
			},
		);
	const place = ["remote", "hosts", name];
	const file = await editUserFile(app, (text, shown) =>
		editConfigText(
			text,
			exists
				? // Key by key: comments stay, and `path`, which was found and not given.
					Object.entries(profile).map(([key, value]) => ({
						path: [...place, key],
						value: value as Json | undefined,
					}))
				: [{ path: place, value: given(profile) as Json }],
			shown,
		),
	);
	return { name, file, status: exists ? "replaced" : "added" };
}

/** Takes a profile out of the user's configuration. Throws LLORCH_HOST_NO_PROFILE, also where it stands in another file. */
export async function removeProfile(
	app: App,
	name: string,
): Promise<ProfileChange> {
	const { hosts } = await settingsOf(app);
	if (!Object.hasOwn(hosts, name)) {
		const near = closest(name, Object.keys(hosts));
		throw new LlorchError(
			"LLORCH_HOST_NO_PROFILE",
			`there is no profile of ${name}${near === undefined ? "" : ` (did you mean ${near}?)`}`,
			{ run: ["remote", "hosts", "list"] },
		);
	}
	let changed = false;
	const file = await editUserFile(app, async (text, shown) => {
		const edited = await editConfigText(
			text,
			[{ path: ["remote", "hosts", name], value: undefined }],
			shown,
		);
		changed = edited !== text;
		return edited;
	});
	if (!changed)
		throw new LlorchError(
			"LLORCH_HOST_NO_PROFILE",
			`the profile of ${name} does not stand in ${file}`,
			{
				hint: "llorch config show --origin names the file. It is the project's own, so it is left alone.",
				run: ["config", "show", "--origin"],
			},
		);
	return { name, file, status: "removed" };
}

/** Keeps in a profile what was found out about the host. Does nothing for hosts without one in the user's file. */
export async function keepPath(
	app: App,
	name: string,
	path: readonly string[],
): Promise<boolean> {
	const { hosts } = await settingsOf(app);
	const profile = hosts[name];
	const known = profile?.path ?? [];
	if (profile === undefined || path.every((folder) => known.includes(folder)))
		return false;
	const place = ["remote", "hosts", name];
	let kept = false;
	await editUserFile(app, async (text, shown) => {
		// A profile of the project's own file must not get a second half here.
		const without = await editConfigText(
			text,
			[{ path: place, value: undefined }],
			shown,
		);
		if (without === text) return text;
		kept = true;
		const all = [...new Set([...known, ...path])];
		return editConfigText(
			text,
			[{ path: [...place, "path"], value: all }],
			shown,
		);
	});
	return kept;
}

async function settingsOf(app: App): Promise<RemoteSettings> {
	return (await app.config()).get(remoteSection);
}

function given(profile: HostProfile): HostProfile {
	return Object.fromEntries(
		Object.entries(profile).filter(([, value]) => value !== undefined),
	);
}

async function editUserFile(
	app: App,
	edit: (text: string, shown: string) => Promise<string>,
): Promise<string> {
	const file = userFile(app);
	const shown = showPath(file, app);
	const change = async () => {
		const text = await readFile(file, "utf8").catch((error: unknown) => {
			if (hasCode(error, "ENOENT", "ENOTDIR")) return "version = 1\n";
			throw error;
		});
		const edited = await edit(text, shown);
		return edited === text ? undefined : edited;
	};
	if ((await change()) !== undefined)
		await writeConfig(file, app.signal, async () => {
			const edited = await change();
			if (edited !== undefined) await writeFileAtomic(file, edited);
		});
	return shown;
}
