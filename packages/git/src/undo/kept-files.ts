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

export function parseFiles(text: string): KeptFile[] {
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

/** Every path that an entry of some files tells about: kept, moved, or known not to have been there. */
export async function keptPaths(
	{ moved }: KeptRepository,
	folder: string,
): Promise<{ paths: RawPath[]; folders: RawPath[] }> {
	const read = (name: string) => readFile(join(folder, name));
	const files = parseFiles((await read("files")).toString("latin1"));
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
