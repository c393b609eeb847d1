// The arrows between packages, checked over every import, type-only ones included. `pnpm run check` runs it;
// tests/arrows.test.ts proves that it fails when it should, and holds the package.json files against docs/architecture.md.

const { readdirSync, readFileSync } = require("node:fs");

/** What each package may import from the workspace: what its package.json declares, and nothing else. */
const ARROWS = Object.fromEntries(
	readdirSync("packages").map((name) => {
		const manifest = JSON.parse(
			readFileSync(`packages/${name}/package.json`, "utf8"),
		);
		const declared = Object.keys(manifest.dependencies ?? {});
		const inner = declared.filter((dependency) =>
			dependency.startsWith("@llorch/"),
		);
		return [
			name,
			inner.map((dependency) => dependency.slice("@llorch/".length)),
		];
	}),
);

const TEST_FILES = "\\.(test|fixture)\\.ts$|^packages/[^/]+/test/";
/** Modules that cost start-up time or belong to one feature: no command and no renderer may load them. */
const HEAVY =
	"node_modules/(undici|execa|simple-git|ssh2|smol-toml|toml-eslint-parser)/";

module.exports = {
	forbidden: [
		...Object.entries(ARROWS).map(([name, allowed]) => ({
			name: `arrow-${name}`,
			comment: `@llorch/${name} may import ${allowed.length === 0 ? "nothing" : allowed.join(", ")} of the workspace`,
			severity: "error",
			from: { path: `^packages/${name}/src/`, pathNot: TEST_FILES },
			to: {
				path: "^packages/",
				pathNot: `^packages/(${[name, ...allowed].join("|")})/`,
			},
		})),
		{
			name: "undeclared",
			comment: "an import must stand in the package's own package.json",
			severity: "error",
			from: { path: "^packages/", pathNot: TEST_FILES },
			to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
		},
		{
			name: "unresolvable",
			severity: "error",
			from: {},
			to: { couldNotResolve: true, pathNot: "^bun:" },
		},
		{
			name: "cycle",
			comment:
				"two modules that need each other are one module, or miss a third (types count)",
			severity: "error",
			from: { path: "^packages/" },
			to: { circular: true },
		},
		{
			name: "light-commands",
			comment:
				"a command parses, calls and renders; heavy modules load inside the use case",
			severity: "error",
			from: { path: "^packages/cli/src/(commands|render)/" },
			to: { path: HEAVY },
		},
		{
			name: "app-without-screen",
			comment:
				"packages/cli/src/app is composition: it knows neither clipanion nor a renderer",
			severity: "error",
			from: { path: "^packages/cli/src/app/", pathNot: TEST_FILES },
			to: {
				path: "node_modules/(clipanion|cli-progress)/|^packages/cli/src/(render|commands)/",
			},
		},
		{
			name: "store-without-catalog",
			comment: "the store knows bytes and digests, not what exists",
			severity: "error",
			from: { path: "^packages/catalog/src/(store|hub)/", pathNot: TEST_FILES },
			to: { path: "^packages/catalog/src/catalog/" },
		},
	],
	options: {
		tsPreCompilationDeps: true,
		tsConfig: { fileName: "tsconfig.json" },
		doNotFollow: { path: "node_modules" },
		exclude: { path: "/generated/|/fixtures/" },
		enhancedResolveOptions: {
			exportsFields: ["exports"],
			conditionNames: ["import", "node", "default"],
		},
	},
};
