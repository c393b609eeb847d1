/** The first number with a dot in a program's answer to `--version`: `git version 2.39.5 (Apple Git-154)` is `2.39.5`. */
export function findVersion(text: string): string | undefined {
	return /\d+(?:\.\d+)+/.exec(text)?.[0];
}

/** Compares versions by their numbers: `2.9` is older than `2.25`. */
export function isOlder(version: string, than: string): boolean {
	const left = version.split(".").map(Number);
	for (const [index, part] of than.split(".").map(Number).entries()) {
		const mine = left[index] ?? 0;
		if (mine !== part) return mine < part;
	}
	return false;
}
