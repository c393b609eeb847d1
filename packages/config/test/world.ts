import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

export const USER = ".config/llorch/config.toml";
export const PROJECT = "repo/.llorch.toml";

/**
 * A home with a repository in it, gone when the test ends. Names in `files` start at the home; one that ends in `/` is a
 * folder.
 */
export async function createWorld(files: Record<string, string | Uint8Array>) {
	const home = await mkdtemp(join(tmpdir(), "llorch config "));
	onTestFinished(() => rm(home, { recursive: true, force: true }));
	const path = (name: string) => join(home, name);
	await mkdir(path("repo/.git"), { recursive: true });
	await mkdir(path("repo/deep/er"), { recursive: true });
	for (const [name, text] of Object.entries(files)) {
		await mkdir(dirname(path(name)), { recursive: true });
		if (name.endsWith("/")) await mkdir(path(name));
		else await writeFile(path(name), text);
	}
	return { home, path, surroundings: { env: {}, home, cwd: path("repo") } };
}
