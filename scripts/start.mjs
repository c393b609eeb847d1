// Begins every root script. Plain JavaScript for any Node: when `pnpm` could not install (no network, full disk) it only
// warns and runs the script all the same, with whatever Node the machine has. That must end in a sentence, not a stack.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [script, ...args] = process.argv.slice(2);

const needed = ["node", "esbuild", "vitest", "biome", "tsc"].map((tool) =>
	join(root, "node_modules", ".bin", tool),
);
const missing = needed.filter((tool) => !existsSync(tool));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const tooOld = major < 22 || (major === 22 && minor < 19);

// pnpm's own copy of the lock file it installed from last, written at the end of an install: after one that failed it is an older one.
const read = (...path) => {
	const file = join(root, ...path);
	return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
};
const installed = read("node_modules", ".pnpm", "lock.yaml");
const stale = installed !== undefined && installed !== read("pnpm-lock.yaml");

if (missing.length > 0 || tooOld || stale) {
	console.error(
		[
			`error: ${script} cannot start: the packages of this workspace are not installed`,
			missing.length > 0
				? `  missing: ${missing.map((tool) => tool.slice(root.length + 1)).join(", ")}`
				: tooOld
					? `  running on Node ${process.versions.node} instead of the workspace's own`
					: "  installed: packages of another pnpm-lock.yaml than this one",
			"  The install before this script failed; its message is above. To see it again:",
			"    npx -y pnpm@12 install",
			"  Without a network (after a first successful run): npx -y --offline pnpm@12 install --offline",
		].join("\n"),
	);
	process.exit(1);
}

process.argv.splice(2, 1);
try {
	const { main } = await import(
		pathToFileURL(join(root, "scripts", `${script}.ts`)).href
	);
	process.exitCode = await main(args);
} catch (error) {
	console.error(`error: ${script} stopped: ${error.message}`);
	if (process.env.DEBUG) console.error(error.stack);
	process.exitCode = 1;
}
