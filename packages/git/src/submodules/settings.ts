import { splitNul } from "../raw-path.ts";
import { type GitDoor, runGit } from "../run-git.ts";
import type { Submodule } from "./submodule.ts";

/** What a repository's own configuration says about its submodules, by name. */
export type SubmoduleSettings = Map<
	string,
	{ url?: string; update?: string; active?: string }
>;

export async function readSubmoduleSettings(
	door: GitDoor,
	root: string,
): Promise<SubmoduleSettings> {
	const { stdout } = await runGit(door, root, [
		"config",
		"-z",
		"--get-regexp",
		"^submodule\\..*\\.(url|update|active)$",
	]);
	const settings: SubmoduleSettings = new Map();
	for (const record of splitNul(stdout)) {
		const text = Buffer.from(record, "latin1").toString();
		const [, name, key, value] =
			/^submodule\.(.*)\.([^.\n]+)\n(.*)$/s.exec(text) ?? [];
		if (name === undefined || key === undefined) continue;
		settings.set(name, { ...settings.get(name), [key]: value });
	}
	return settings;
}

/** Why a submodule is to be left alone: nothing can be done with it, or its user has said so. */
export function whyLeftAlone(
	submodule: Pick<Submodule, "name" | "update" | "unusable">,
	settings: SubmoduleSettings,
): string | undefined {
	if (submodule.unusable !== undefined) return submodule.unusable;
	const { update = submodule.update, active } =
		settings.get(submodule.name) ?? {};
	if (update === "none") return `submodule.${submodule.name}.update is none`;
	if (active === "false" || active === "no")
		return `submodule.${submodule.name}.active is false`;
	return undefined;
}
