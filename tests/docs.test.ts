import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configReference, createCli, errorTables } from "@llorch/cli/reference";
import { expect, test } from "vitest";
import { root } from "../scripts/paths.ts";
import { generatedFiles, REFERENCE_FOLDER } from "../scripts/reference.ts";

const HOW = "run `npx -y pnpm@12 run docs:gen`, and commit what it wrote";
const cli = createCli();
const definitions = cli.definitions();
const codes = Object.values(errorTables).flatMap((table) => Object.keys(table));

test("what is generated is up to date", async () => {
	for (const [path, text] of await generatedFiles()) {
		const now = existsSync(join(root, path))
			? readFileSync(join(root, path), "utf8")
			: "(missing)";
		expect(now === text, `${path} has drifted: ${HOW}`).toBe(true);
	}
});

test("no reference page outlives its command", async () => {
	const wanted = [...(await generatedFiles()).keys()]
		.filter((path) => path.startsWith(REFERENCE_FOLDER))
		.map((path) => path.slice(REFERENCE_FOLDER.length + 1))
		.sort();
	expect(readdirSync(join(root, REFERENCE_FOLDER)).sort(), HOW).toEqual(wanted);
});

test("every command file is registered", () => {
	const folder = join(root, "packages/cli/src/commands");
	const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
		.filter((path) =>
			/static override paths/.test(readFileSync(join(folder, path), "utf8")),
		);
	const listed = readFileSync(join(folder, "index.ts"), "utf8");
	for (const file of files)
		expect(listed, `${file} must stand in commands/index.ts`).toContain(
			`./${file}`,
		);
	expect(files.length).toBeGreaterThan(0);
});

test.each(
	definitions.map((definition) => [definition.path, definition] as const),
)("%s has a description, and examples that parse", (path, definition) => {
	expect(definition.description?.trim(), "a one-line description").toBeTruthy();
	expect(definition.category, "a category for the overview").toBeTruthy();
	expect(definition.examples?.length ?? 0, "an example").toBeGreaterThan(0);
	for (const [, line] of definition.examples ?? []) {
		expect(line.startsWith(path), `${line} shows ${path}`).toBe(true);
		const command = cli.process(shellWords(line).slice(1), {} as never);
		expect(command.path).toEqual(path.split(" ").slice(1));
	}
	for (const option of definition.options)
		expect(
			option.description?.trim(),
			`${option.definition} of ${path}`,
		).toBeTruthy();
});

test.each(codes)("%s has a page that says what to do", (code) => {
	const page = readFileSync(join(root, "docs", "errors", `${code}.md`), "utf8");
	expect(page.startsWith(`# ${code}\n`)).toBe(true);
	expect(page).toContain("## What to do");
});

test("no error page outlives its code, and no code stands in two tables", () => {
	const pages = readdirSync(join(root, "docs", "errors"))
		.filter((name) => name.endsWith(".md"))
		.map((name) => name.slice(0, -3));
	expect(pages.sort()).toEqual([...new Set(codes)].sort());
	expect(codes.length).toBe(new Set(codes).size);
});

test("every setting stands in the configuration reference", () => {
	const page = readFileSync(join(root, REFERENCE_FOLDER, "config.md"), "utf8");
	expect(configReference.length).toBeGreaterThan(0);
	for (const { section, key } of configReference) {
		expect(page).toContain(`## [${section}]`);
		expect(page).toContain(`| \`${key}\` |`);
	}
});

test("links between the pages lead somewhere", () => {
	const pages = ["README.md", "CONTRIBUTING.md", "docs"].flatMap((path) =>
		path.endsWith(".md")
			? [path]
			: readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
					.filter((name) => name.endsWith(".md"))
					.map((name) => join(path, name)),
	);
	const broken = pages.flatMap((page) => {
		const text = readFileSync(join(root, page), "utf8");
		return [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)]
			.map(([, target]) => target ?? "")
			.filter((target) => !existsSync(join(root, page, "..", target)))
			.map((target) => `${page} → ${target}`);
	});
	expect(broken).toEqual([]);
});

/** The words of an example as a shell would see them; quotes and backslashes only as examples use them. */
function shellWords(line: string): string[] {
	return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
		([, double, single, plain]) => double ?? single ?? plain ?? "",
	);
}

test("every link between the pages leads somewhere", () => {
	const pages = [
		...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
		...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
			.filter((name) => name.endsWith(".md"))
			.map((name) => join("docs", name)),
	];
	const read = (page: string) => readFileSync(join(root, page), "utf8");
	const dead = pages.flatMap((page) =>
		[...read(page).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
			.filter(([, path, anchor]) => {
				const target = path ? join(dirname(page), path) : page;
				if (!existsSync(join(root, target))) return true;
				return anchor !== undefined && !anchorsOf(read(target)).has(anchor);
			})
			.map(([link]) => `${page}: ${link}`),
	);
	expect(dead).toEqual([]);
	expect(pages.length).toBeGreaterThan(10);
});

/** As GitHub makes them from headings. */
function anchorsOf(text: string): Set<string> {
	return new Set(
		[...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
			heading
				.toLowerCase()
				.replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
				.trim()
				.replaceAll(" ", "-"),
		),
	);
}
