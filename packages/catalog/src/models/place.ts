import { dirname, sep } from "node:path";

/** Where a program finds these files: the one file, or the deepest folder that holds them all. Absolute paths, at least one. */
export function commonPlace(paths: readonly string[]): string {
	const [first = "", ...others] = paths;
	if (others.length === 0) return first;
	let folder = dirname(first);
	while (!others.every((path) => path.startsWith(withSlash(folder))))
		folder = dirname(folder);
	return folder;
}

function withSlash(folder: string): string {
	return folder.endsWith(sep) ? folder : `${folder}${sep}`;
}
