import { spawnSync } from "node:child_process";
import {
	cpSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root, tool } from "../scripts/paths.ts";

let copy: string;

/** A copy of the workspace's sources: the seeded faults never touch the real tree. */
beforeAll(() => {
	copy = mkdtempSync(join(tmpdir(), "llorch-arrows-"));
	cpSync(join(root, "packages"), join(copy, "packages"), {
		recursive: true,
		verbatimSymlinks: true,
		filter: (path) => basename(path) !== "model",
	});
	for (const name of [
		".dependency-cruiser.cjs",
		"tsconfig.json",
		"tsconfig.base.json",
		"package.json",
	])
		cpSync(join(root, name), join(copy, name));
	symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Looks at the whole copy, with `faults` sown into it. */
function cruise(faults: readonly Fault[]): {
	code: number | null;
	report: string;
} {
	const files = faults.flatMap(({ files }) => Object.entries(files));
	for (const [file, text] of files) writeFileSync(join(copy, file), text);
	try {
		const run = spawnSync(
			tool("depcruise"),
			["--config", ".dependency-cruiser.cjs", "packages"],
			{ cwd: copy, encoding: "utf8" },
		);
		return { code: run.status, report: run.stdout + run.stderr };
	} finally {
		for (const [file] of files) rmSync(join(copy, file));
	}
}

test("the arrows hold, and many modules were looked at", () => {
	const { code, report } = cruise([]);
	expect(report).toContain("no dependency violations found");
	expect(
		Number(/\((\d+) modules/.exec(report)?.[1]),
		"a cruise that reads nothing passes everything",
	).toBeGreaterThan(100);
	expect(code).toBe(0);
});

type Fault = { rule: string; what: string; files: Record<string, string> };

const FAULTS: readonly Fault[] = [
	{
		rule: "unresolvable",
		what: "an undeclared package",
		files: {
			"packages/core/src/seeded-undeclared.ts":
				'import { execa } from "execa";\nexport const seeded = execa;\n',
		},
	},
	{
		rule: "arrow-config",
		what: "a package of the workspace that is not declared",
		files: {
			"packages/config/src/seeded-arrow.ts":
				'import type { Journal } from "../../run/src/index.ts";\nexport type Seeded = Journal;\n',
		},
	},
	{
		rule: "cycle",
		what: "a cycle of types alone",
		files: {
			"packages/core/src/seeded-cycle.ts":
				'import type { Other } from "./seeded-other.ts";\nexport type Seeded = { other: Other };\n',
			"packages/core/src/seeded-other.ts":
				'import type { Seeded } from "./seeded-cycle.ts";\nexport type Other = { seeded?: Seeded };\n',
		},
	},
	{
		rule: "light-commands",
		what: "a command that imports undici",
		files: {
			"packages/cli/src/commands/seeded-path.ts":
				'import { request } from "../../../catalog/node_modules/undici/index.js";\nexport const seeded = request;\n',
		},
	},
	{
		rule: "unresolvable",
		what: "a command that imports undici by its name",
		files: {
			"packages/cli/src/commands/seeded-name.ts":
				'export const seeded = () => import("undici");\n',
		},
	},
	{
		rule: "app-without-screen",
		what: "composition that imports a renderer",
		files: {
			"packages/cli/src/app/seeded-screen.ts":
				'export { formatTable } from "../render/table.ts";\n',
		},
	},
];

describe("the check fails on", () => {
	let found: ReturnType<typeof cruise>;
	beforeAll(() => {
		found = cruise(FAULTS);
	});

	test.each(FAULTS)("$what", ({ rule, files }) => {
		const [file = ""] = Object.keys(files);
		expect(found.report).toContain(`error ${rule}: ${file}`);
		expect(found.code).toBeGreaterThan(0);
	});
});

test("docs/architecture.md draws the arrows that the manifests declare", () => {
	const page = readFileSync(join(root, "docs", "architecture.md"), "utf8");
	const block = /```arrows\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
	const drawn = Object.fromEntries(
		block
			.trim()
			.split("\n")
			.map((line) => {
				const [name = "", targets = ""] = line.split("←");
				return [name.trim(), targets.split(" ").filter(Boolean).sort()];
			}),
	);
	const declared = Object.fromEntries(
		readdirSync(join(root, "packages")).map((name) => {
			const manifest = JSON.parse(
				readFileSync(join(root, "packages", name, "package.json"), "utf8"),
			);
			const inner = Object.keys(manifest.dependencies ?? {})
				.filter((dependency) => dependency.startsWith("@llorch/"))
				.map((dependency) => dependency.slice("@llorch/".length));
			return [name, inner.sort()];
		}),
	);
	expect(drawn).toEqual(declared);
});
