import { remoteSection } from "@llorch/remote/declarations";
import type { CompletionSource } from "../../app/completion.ts";

/** Profiles and groups. What ssh_config has beside them is not listed: it has patterns, and tells of no names. */
export const completeHosts: CompletionSource = async (app) => {
	const { hosts, groups } = (await app.config()).get(remoteSection);
	return [
		...Object.entries(hosts).map(([word, { host = word }]) => ({
			word,
			describe: host,
		})),
		...[...new Set([...Object.keys(groups), "all"])].map((name) => ({
			word: `@${name}`,
			describe: (groups[name] ?? Object.keys(hosts)).join(", "),
		})),
	];
};
