import { readdir, readlink } from "node:fs/promises";
import { join } from "node:path";

/** Everything under a folder, sorted: `a/b.txt`, `empty/`, `link -> target`. Leaves out `.git`. */
export async function listTree(folder: string, prefix = ""): Promise<string[]> {
	const lines: string[] = [];
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		const name = prefix + entry.name;
		const path = join(folder, entry.name);
		if (entry.name === ".git") continue;
		if (entry.isSymbolicLink())
			lines.push(`${name} -> ${await readlink(path)}`);
		else if (!entry.isDirectory()) lines.push(name);
		else {
			const inside = await listTree(path, `${name}/`);
			lines.push(...(inside.length === 0 ? [`${name}/`] : inside));
		}
	}
	return lines.sort();
}
