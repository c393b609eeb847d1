import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type RawPath, splitNul } from "../raw-path.ts";
import type { KeptFile } from "./hash-files.ts";
import type { KeptRepository } from "./manifest.ts";

/** One record a file: `MODE KIND OID PATH`, ended by NUL. */
export function stringifyFiles(files: readonly KeptFile[]): string {
	return files
		.map(
			({ mode, kind, oid, path }) =>
				`${mode.toString(8)} ${kind} ${oid} ${path}\0`,
		)
		.join("");
}

function parseFiles(text: string): KeptFile[] {
	return text
		.split("\0")
		.filter((record) => record !== "")
		.map((record) => {
			const [mode = "", kind = "", oid = "", ...path] = record.split(" ");
			return {
				mode: Number.parseInt(mode, 8),
				kind: kind as KeptFile["kind"],
				oid,
				path: path.join(" ") as RawPath,
			};
		});
}

/** The files that an entry has in its folder for a repository. */
export async function readKept(folder: string): Promise<KeptFile[]> {
	return parseFiles(await readFile(join(folder, "files"), "latin1"));
}

/** Every path that an entry of some files tells about: kept, moved, or known not to have been there. */
export async function keptPaths(
	{ moved }: KeptRepository,
	folder: string,
): Promise<{ paths: RawPath[]; folders: RawPath[] }> {
	const read = (name: string) => readFile(join(folder, name));
	const files = await readKept(folder);
	return {
		paths: [
			...files.map(({ path }) => path),
			...moved.map(({ path }) => path as RawPath),
			...splitNul(await read("absent")),
		],
		folders: [
			...splitNul(await read("folders")),
			...splitNul(await read("absent-folders")),
		],
	};
}
