import {
	copyFileSync,
	mkdirSync,
	readdirSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import manifest from "../packages/cli/package.json" with { type: "json" };
import { hashSources } from "../packages/cli/src/app/build-id.ts";
import { root, tool } from "./paths.ts";
import { runStep } from "./run-step.ts";

const ENTRY = join(root, "packages", "cli", "src", "main.ts");
/** Where the npm package is made. */
export const bundleFolder = join(root, "dist", "npm");
/** This platform's executable. */
export const binaryFile = join(root, "dist", "bin", "llorch");

/** `pnpm run build`: the npm bundle and this platform's executable. */
export async function main(args: readonly string[] = []): Promise<number> {
	await buildBundle();
	console.log(
		`dist/npm  ${size(bundleFolder)} kB in ${readdirSync(bundleFolder).length} files`,
	);
	if (args.includes("--bundle-only")) return 0;
	const exit = await buildBinary();
	if (exit === 0)
		console.log(
			`dist/bin/llorch  ${Math.round(statSync(binaryFile).size / 1e6)} MB`,
		);
	return exit;
}

/** The npm package: one entry and lazily loaded chunks, so that `--version` and `--help` read little. */
export async function buildBundle(): Promise<void> {
	const id = await hashSources(root);
	rmSync(bundleFolder, { recursive: true, force: true });
	mkdirSync(bundleFolder, { recursive: true });
	const { metafile } = await build({
		entryPoints: { llorch: ENTRY },
		outdir: bundleFolder,
		bundle: true,
		splitting: true,
		format: "esm",
		absWorkingDir: root,
		platform: "node",
		target: "node22.19",
		minify: true,
		metafile: true,
		define: { LLORCH_BUILD_ID: JSON.stringify(id) },
		chunkNames: "chunks/[name]-[hash]",
		// CommonJS dependencies use require() and __dirname, which an ES module does not have.
		banner: {
			js: 'import{createRequire as llorchRequire}from"node:module";const require=llorchRequire(import.meta.url);const __dirname=import.meta.dirname;',
		},
		logLevel: "warning",
	});
	// Which source stands in which chunk: tests/startup.test.ts reads it.
	writeFileSync(
		join(root, "dist", "bundle-meta.json"),
		JSON.stringify(metafile),
	);
	const { version, license } = manifest;
	writeFileSync(
		join(bundleFolder, "package.json"),
		`${JSON.stringify({ name: "llorch", version, license, type: "module", bin: { llorch: "llorch.js" }, engines: { node: ">=22.19" } }, null, "\t")}\n`,
	);
	// `remote setup` from a checkout looks whether the bundle is of today.
	writeFileSync(join(bundleFolder, "build-id"), `${id}\n`);
	copyFileSync(join(root, "LICENSE"), join(bundleFolder, "LICENSE"));
}

/** A single executable with its own runtime; bytecode makes it start in a few milliseconds. */
export async function buildBinary(): Promise<number> {
	mkdirSync(join(root, "dist", "bin"), { recursive: true });
	return runStep(tool("bun"), [
		"build",
		"--compile",
		"--bytecode",
		"--minify",
		"--format=esm",
		// Without it, every built-in module that a lazy part needs is loaded at start.
		"--splitting",
		"--define",
		`LLORCH_BUILD_ID=${JSON.stringify(await hashSources(root))}`,
		ENTRY,
		"--outfile",
		binaryFile,
	]);
}

function size(folder: string): number {
	const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.reduce(
			(sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size,
			0,
		);
	return Math.round(bytes / 1000);
}
