import { readFile, stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";

/**
 * The first source that is newer than a built program, or gone; undefined when none is, or when cargo left no list.
 * cargo writes the list beside the program: `PROGRAM.d`, a rule as in a makefile, blanks as `\ `.
 */
export async function findNewerSource(
	program: string,
): Promise<string | undefined> {
	const built = await stat(program).catch(() => undefined);
	const rule = await readFile(`${program}.d`, "utf8").catch(() => undefined);
	if (built === undefined || rule === undefined) return undefined;
	for (const source of parseDepInfo(rule)) {
		// `build.dep-info-basedir` makes them relative to a folder we do not know.
		if (!isAbsolute(source)) continue;
		const seen = await stat(resolve(source)).catch(() => undefined);
		if (seen === undefined || seen.mtimeMs > built.mtimeMs) return source;
	}
	return undefined;
}

export function parseDepInfo(rule: string): string[] {
	const [first = ""] = rule.split("\n");
	const colon = first.indexOf(": ");
	if (colon < 0) return [];
	return first
		.slice(colon + 2)
		.split(/(?<!\\) /)
		.filter((word) => word !== "")
		.map((word) => word.replaceAll("\\ ", " "));
}
