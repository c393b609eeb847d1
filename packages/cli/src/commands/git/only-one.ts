import { LlorchError } from "@llorch/core";

/** Throws LLORCH_USAGE when more than one of these was given. */
export function onlyOne(
	given: Readonly<Record<string, boolean | string | undefined>>,
): void {
	const names = Object.keys(given).filter(
		(name) => given[name] !== false && given[name] !== undefined,
	);
	if (names.length > 1)
		throw new LlorchError(
			"LLORCH_USAGE",
			`${names.join(" and ")} do not go together`,
		);
}
