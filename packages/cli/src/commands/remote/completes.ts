import { remoteSection } from "@llorch/remote/declarations";
import type { CompletionSource } from "../../app/completion.ts";

/**
 * Profiles and groups; after `mac,` another one. What ssh_config has beside them is not listed: it has patterns, and tells of no
 * names.
 */
export const completeHosts: CompletionSource = async (
	app,
	_before,
	current,
) => {
	const { hosts, groups } = (await app.config()).get(remoteSection);
	const listed = current.slice(0, current.lastIndexOf(",") + 1);
	const taken = listed.split(",");
	return [
		...Object.entries(hosts).map(([word, { host = word }]) => ({
			word,
			describe: host,
		})),
		...[...new Set([...Object.keys(groups), "all"])].map((name) => ({
			word: `@${name}`,
			describe: (groups[name] ?? Object.keys(hosts)).join(", "),
		})),
	]
		.filter(({ word }) => !taken.includes(word))
		.map(({ word, describe }) => ({ word: listed + word, describe }));
};
