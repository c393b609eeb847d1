import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * Where cargo may have put the artifacts of a profile: `target/release`, and `target/TRIPLE/release` where its configuration names
 * a target (CARGO_BUILD_TARGET, `build.target`).
 */
export async function profileFolders(
	targetDirectory: string,
	profile: string,
): Promise<string[]> {
	const names = await readdir(targetDirectory).catch(() => []);
	return [
		join(targetDirectory, profile),
		...names.sort().map((name) => join(targetDirectory, name, profile)),
	];
}

/** The programs of one name that were built in a profile, the latest first. */
export async function findPrograms(
	targetDirectory: string,
	profile: string,
	binary: string,
): Promise<string[]> {
	const folders = await profileFolders(targetDirectory, profile);
	const found = await Promise.all(
		folders.map(async (folder) => {
			const path = join(folder, binary);
			const stats = await stat(path).catch(() => undefined);
			return stats?.isFile() ? [{ path, built: stats.mtimeMs }] : [];
		}),
	);
	return found
		.flat()
		.sort((left, right) => right.built - left.built)
		.map(({ path }) => path);
}

/** The folder of a profile. (https://doc.rust-lang.org/cargo/guide/build-cache.html) */
export function profileFolder(profile: string): string {
	if (profile === "dev" || profile === "test") return "debug";
	return profile === "bench" ? "release" : profile;
}
