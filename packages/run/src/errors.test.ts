import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runErrors } from "./declarations.ts";

test.each(Object.keys(runErrors))(
	"%s has a page that says what to do",
	(code) => {
		const page = new URL(`../../../docs/errors/${code}.md`, import.meta.url);
		expect(existsSync(page)).toBe(true);
		const text = readFileSync(page, "utf8");
		expect(text.startsWith(`# ${code}\n\n`)).toBe(true);
		expect(text).toContain("\n## What to do\n\n");
	},
);
