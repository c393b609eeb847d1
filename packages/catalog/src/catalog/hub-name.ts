/** A file on the hub, as a person names it: `hf:org/repo/path/file[@revision]`. */
export type HubName = { repo: string; path: string; revision?: string };

export const HUB_PREFIX = "hf:";

const SEGMENT = /^(?!\.{1,2}$)[^/\\\p{Cc}]+$/u;

/** Reads an `hf:` name; undefined when it is none, or names no single file. */
export function parseHubName(name: string): HubName | undefined {
	if (!name.startsWith(HUB_PREFIX)) return undefined;
	// A revision may have slashes (refs/pr/1), a path may have an @: what stands behind the last @ is the revision.
	const at = name.lastIndexOf("@");
	const [place, revision] =
		at === -1
			? [name.slice(HUB_PREFIX.length), undefined]
			: [name.slice(HUB_PREFIX.length, at), name.slice(at + 1)];
	const parts = place.split("/");
	if (parts.length < 3 || revision === "") return undefined;
	if (!parts.every((part) => SEGMENT.test(part))) return undefined;
	return {
		repo: parts.slice(0, 2).join("/"),
		path: parts.slice(2).join("/"),
		...(revision === undefined ? {} : { revision }),
	};
}
