import { createHash } from "node:crypto";
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";
import manifest from "../packages/cli/package.json" with { type: "json" };
import { hashSources } from "../packages/cli/src/app/build-id.ts";
import { root, tool } from "./paths.ts";
import { runStep } from "./run-step.ts";
import { signMacho } from "./sign-macho.ts";

const ENTRY = join(root, "packages", "cli", "src", "main.ts");
/** Where the npm package is made. */
export const bundleFolder = join(root, "dist", "npm");
/** This platform's executable. */
export const binaryFile = join(root, "dist", "bin", "llorch");
// Of which sources they were made. `remote setup` from a checkout looks whether the bundle is of today.
const bundleStamp = join(bundleFolder, "build-id");
const binaryStamp = join(dirname(binaryFile), "build-id");

/** The executables of all platforms, as `remote setup` looks for them beside itself. */
const releaseFolder = join(root, "dist", "release");
const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

/** `pnpm run build`: the npm bundle and this platform's executable; `--release`: the executables of all platforms too. */
export async function main(args: readonly string[] = []): Promise<number> {
	await buildBundle();
	console.log(
		`dist/npm  ${size(bundleFolder)} kB in ${readdirSync(bundleFolder).length} files`,
	);
	if (args.includes("--bundle-only")) return 0;
	rmSync(binaryStamp, { force: true });
	const exit = await ensureBinary();
	if (exit !== 0 || !args.includes("--release")) return exit;
	return buildRelease();
}

/** Makes the npm bundle, unless the one that is there was made from these very sources. */
export async function ensureBundle(): Promise<void> {
	if (readStamp(bundleStamp) !== (await hashSources(root))) await buildBundle();
}

/** Makes this platform's executable, unless the one that is there was made from these very sources. Resolves with the exit code. */
export async function ensureBinary(): Promise<number> {
	const id = await hashSources(root);
	if (existsSync(binaryFile) && readStamp(binaryStamp) === id) {
		console.log(`${relative(root, binaryFile)} is up to date`);
		return 0;
	}
	rmSync(binaryStamp, { force: true });
	const exit = await buildBinary();
	if (exit === 0) writeFileSync(binaryStamp, `${id}\n`);
	return exit;
}

function readStamp(file: string): string | undefined {
	return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
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
	writeFileSync(bundleStamp, `${id}\n`);
	copyFileSync(join(root, "LICENSE"), join(bundleFolder, "LICENSE"));
}

/** Executables with their digests. Bun takes the runtimes of other platforms from the npm registry. */
async function buildRelease(): Promise<number> {
	rmSync(releaseFolder, { recursive: true, force: true });
	const sums: string[] = [];
	for (const platform of PLATFORMS) {
		const name = `llorch-${platform}`;
		const file = join(releaseFolder, name);
		const exit = await buildBinary(file, `bun-${platform}`);
		if (exit !== 0) return exit;
		if (platform === "darwin-x64") signMacho(file, "llorch");
		const digest = createHash("sha256").update(readFileSync(file));
		sums.push(`${digest.digest("hex")}  ${name}\n`);
	}
	writeFileSync(join(releaseFolder, "SHA256SUMS"), sums.join(""));
	writeFileSync(
		join(releaseFolder, "build-id"),
		`${await hashSources(root)}\n`,
	);
	return 0;
}

/** A single executable with its own runtime; bytecode makes it start in a few milliseconds. */
export async function buildBinary(
	file: string = binaryFile,
	target = "bun",
): Promise<number> {
	mkdirSync(dirname(file), { recursive: true });
	const exit = await runStep(tool("bun"), [
		"build",
		"--compile",
		`--target=${target}`,
		"--bytecode",
		"--minify",
		"--format=esm",
		// Without it, every built-in module that a lazy part needs is loaded at start.
		"--splitting",
		// The folder llorch is run in must not change what it does.
		"--no-compile-autoload-dotenv",
		"--no-compile-autoload-bunfig",
		"--define",
		`LLORCH_BUILD_ID=${JSON.stringify(await hashSources(root))}`,
		ENTRY,
		"--outfile",
		file,
	]);
	if (exit === 0)
		console.log(
			`${relative(root, file)}  ${Math.round(statSync(file).size / 1e6)} MB`,
		);
	return exit;
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
