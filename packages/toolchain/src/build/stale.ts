import { readFile, stat, utimes } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import type { Crate } from "../cargo/metadata.ts";

/**
 * The first source that is newer than a built program, or gone, or the first manifest that is newer; undefined when none is, or
 * when cargo left no list. cargo writes the list beside the program: `PROGRAM.d`, a rule as in a makefile, blanks as `\ `.
 */
export async function findNewerSource(
	program: string,
	crate: Pick<Crate, "folder" | "workspaceRoot">,
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
	const looked = await stat(`${program}.d`).catch(() => built);
	for (const manifest of manifestsOf(crate)) {
		const seen = await stat(manifest).catch(() => undefined);
		if (seen && seen.mtimeMs > Math.max(built.mtimeMs, looked.mtimeMs))
			return manifest;
	}
	return undefined;
}

/**
 * Notes that cargo has just found a program to be as its sources and manifests say. Most changes of a manifest (a comment, another
 * crate's version) compile nothing, so the program's own time would call it old for ever.
 */
export async function noteUpToDate(program: string, at: number): Promise<void> {
	await utimes(`${program}.d`, at / 1000, at / 1000).catch(() => {});
}

function manifestsOf({
	folder,
	workspaceRoot,
}: Pick<Crate, "folder" | "workspaceRoot">): string[] {
	return [
		join(folder, "Cargo.toml"),
		join(workspaceRoot, "Cargo.toml"),
		join(workspaceRoot, "Cargo.lock"),
	];
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
