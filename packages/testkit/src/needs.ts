import { type TestContext, test } from "vitest";
import { findPart, missingText, type Part } from "./parts.ts";

export type Needs = {
	available: boolean;
	missing: readonly Part[];
	/** Empty when all is there. */
	skipReason: string;
};

/**
 * Whether all these parts are here. With LLORCH_REQUIRE_REAL=1 a missing part throws instead, so that a run which must
 * prove something cannot pass by skipping. For `test.skipIf(!needs("hf").available)`; `realTest` also names the part.
 */
export function needs(...parts: readonly Part[]): Needs {
	const missing = parts.filter((part) => findPart(part) === undefined);
	if (missing.length > 0 && mustBeReal()) throw new Error(missingText(missing));
	return {
		available: missing.length === 0,
		missing,
		skipReason: missing.length === 0 ? "" : missingText(missing),
	};
}

/** A test that runs only where its real parts are. Skipped, its title names what is missing; with LLORCH_REQUIRE_REAL=1 it fails. */
export function realTest(
	parts: readonly Part[],
	title: string,
	body: (context: TestContext) => Promise<void> | void,
	timeoutMs?: number,
): void {
	const missing = parts.filter((part) => findPart(part) === undefined);
	if (missing.length === 0) test(title, body, timeoutMs);
	else if (mustBeReal())
		test(title, () => {
			throw new Error(missingText(missing));
		});
	else test.skip(`${title} (needs ${missing.join(", ")})`, body);
}

function mustBeReal(): boolean {
	return process.env.LLORCH_REQUIRE_REAL === "1";
}
