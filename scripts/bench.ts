import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { main as build } from "./build.ts";
import { root } from "./paths.ts";

/** `pnpm run bench [NAME…]`: builds, then runs the benchmarks whose file names contain a NAME. Each prints its ratio. */
export async function main(names: readonly string[]): Promise<number> {
	if ((await build()) !== 0) return 1;
	let failed = 0;
	for (const file of globSync("tests/bench/*.bench.ts", { cwd: root }).sort()) {
		if (names.length > 0 && !names.some((name) => file.includes(name)))
			continue;
		console.log(`── ${file}`);
		try {
			const { main: run } = await import(pathToFileURL(join(root, file)).href);
			await run();
		} catch (error) {
			console.error(`failed: ${(error as Error).message}`);
			failed++;
		}
	}
	return failed === 0 ? 0 : 1;
}
