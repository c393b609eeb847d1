import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { version } from "./version.ts";

/** Put in by the build; source has none. */
declare const LLORCH_BUILD_ID: string | undefined;

/** The id that was built in, or undefined where source is run. */
export function builtInId(): string | undefined {
	return typeof LLORCH_BUILD_ID === "string" ? LLORCH_BUILD_ID : undefined;
}

/** The checkout that source is run from. */
export const checkout: string = resolve(import.meta.dirname, "../../../..");

/**
 * Names this very llorch, the same for all platforms it is built for: both ends of a wire have the same id, so the wire needs no
 * versions. In a checkout it changes with every edit.
 */
export async function buildId(): Promise<string> {
	return builtInId() ?? (await hashSources(checkout));
}

/** `0.1.0-` and twelve hex digits over all that ships: sources, manifests, and the lockfile for what is not ours. */
export async function hashSources(root: string): Promise<string> {
	const packages = join(root, "packages");
	const names = (await readdir(packages)).filter((name) => name !== "testkit");
	const files = await Promise.all(
		names.toSorted().map(async (name) => {
			const sources = await readdir(join(packages, name, "src"), {
				recursive: true,
			});
			return [
				join(packages, name, "package.json"),
				...sources
					.filter(
						(path) =>
							path.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(path),
					)
					.toSorted()
					.map((path) => join(packages, name, "src", path)),
			];
		}),
	);
	const hash = createHash("sha256");
	for (const path of [join(root, "pnpm-lock.yaml"), ...files.flat()])
		hash.update(`${path.slice(root.length)}\0`).update(await readFile(path));
	return `${version}-${hash.digest("hex").slice(0, 12)}`;
}
