import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { bundleFolder, ensureBundle } from "../scripts/build.ts";
import { root } from "../scripts/paths.ts";

/** The files that a run of llorch loads, from the root; modules of a dependency as its name. */
function loaded(entry: string, words: readonly string[]): string[] {
	const folder = mkdtempSync(join(tmpdir(), "llorch-loaded-"));
	const list = join(folder, "list");
	try {
		execFileSync(
			process.execPath,
			[
				"--import",
				pathToFileURL(join(root, "tests", "loaded-modules.mjs")).href,
				entry,
				...words,
			],
			{ env: { ...process.env, LLORCH_TEST_LOADED: list, HOME: folder } },
		);
		const paths = readFileSync(list, "utf8").trim().split("\n");
		const names = paths.map((url) =>
			relative(root, fileURLToPath(url)).replace(
				/^.*node_modules\/((?:@[^/]+\/)?[^/]+)\/.*/,
				"$1",
			),
		);
		return [...new Set(names)].sort();
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const SOURCE = join(root, "packages", "cli", "src", "main.ts");

/** What stands at start-up: the shell of the cli, the light declarations of features, and the two parsers. */
const ALLOWED_FOR_HELP = [
	/^packages\/cli\/package\.json$/,
	/^packages\/cli\/src\/[a-z-]+\.ts$/,
	/^packages\/cli\/src\/commands\//,
	/^packages\/cli\/src\/render\/[a-z-]+\.ts$/,
	/^packages\/cli\/src\/app\/[a-z-]+\.ts$/,
	/^packages\/cli\/src\/app\/doctor\/(errors|diagnosis)\.ts$/,
	/^packages\/cli\/src\/app\/remote\/(exit|judge-hosts)\.ts$/,
	/^packages\/core\/src\//,
	/^packages\/run\/src\/(clock|errors|declarations)\.ts$/,
	// How a number is read and refused: flags, files and variables alike.
	/^packages\/config\/src\/(describe-type|number-text)\.ts$/,
	/^packages\/[a-z]+\/src\/(declarations|errors|settings)\.ts$/,
	/^packages\/[a-z]+\/src\/[a-z]+\/(errors|settings)\.ts$/,
	// What a model of `[fanout]` may look like, for the check of that setting.
	/^packages\/llm\/src\/(model-ref|words|prompt-options)\.ts$/,
	// What of a command line no log may hold.
	/^packages\/fanout\/src\/cli-args\.ts$/,
	/^(clipanion|typanion)$/,
];

test("--version loads two modules", () => {
	expect(loaded(SOURCE, ["--version"])).toEqual([
		"packages/cli/package.json",
		"packages/cli/src/app/version.ts",
		"packages/cli/src/main.ts",
	]);
});

test("--help loads the shell and the declarations, and no feature", () => {
	const modules = loaded(SOURCE, ["--help"]);
	expect(modules).toContain("clipanion");
	expect(
		modules.filter(
			(name) => !ALLOWED_FOR_HELP.some((allowed) => allowed.test(name)),
		),
	).toEqual([]);
});

// A bundle of yesterday's sources would be judged in vain.
beforeAll(ensureBundle);

test("of the bundle, --version touches the entry, and --help no chunk that holds a heavy package", () => {
	const entry = join(bundleFolder, "llorch.js");
	const meta = JSON.parse(
		readFileSync(join(root, "dist", "bundle-meta.json"), "utf8"),
	);
	const sourcesOf = (words: readonly string[]) =>
		loaded(entry, words).flatMap((file) =>
			Object.keys(meta.outputs[file]?.inputs ?? {}),
		);
	expect(sourcesOf(["--version"]).sort()).toEqual([
		"packages/cli/package.json",
		"packages/cli/src/app/version.ts",
		"packages/cli/src/main.ts",
	]);
	const inputs = sourcesOf(["--help"]).map((input) =>
		input.replace(/^.*node_modules\/((?:@[^/]+\/)?[^/]+)\/.*/, "$1"),
	);
	expect(inputs).toContain("clipanion");
	expect(
		[...new Set(inputs)]
			.filter((name) => !ALLOWED_FOR_HELP.some((allowed) => allowed.test(name)))
			.sort(),
	).toEqual([]);
});
