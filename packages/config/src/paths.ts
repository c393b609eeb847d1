import { join, relative, resolve, sep } from "node:path";

/**
 * A path as a person writes it into a configuration file, made absolute: `~` is the home folder, anything relative
 * starts at `base`. (`~name` is no home folder here: only a shell knows those.)
 */
export function expandPath(
	value: string,
	{ home, base }: { home: string; base: string },
): string {
	if (value === "~" || value.startsWith("~/"))
		return join(home, value.slice(1));
	return resolve(base, value);
}

/** A path for people: relative below where we stand, else below home with `~`, else whole. */
export function showPath(
	path: string,
	{ cwd, home }: { cwd: string; home: string },
): string {
	const below = (folder: string) => {
		const rest = relative(folder, path);
		return rest === ".." || rest.startsWith(`..${sep}`) ? undefined : rest;
	};
	const fromHome = below(home);
	return below(cwd) ?? (fromHome === undefined ? path : `~${sep}${fromHome}`);
}
