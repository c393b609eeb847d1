import { closest, LlorchError } from "@llorch/core";

type Named = { name: string; fullPath: string };

/**
 * The submodule that a word means: its path from the repository's root, else its name, else the end of its path (`candle` is
 * `reference/candle`), where only one is called or ends so. Throws LLORCH_GIT_UNKNOWN_SUBMODULE and LLORCH_GIT_AMBIGUOUS_SUBMODULE.
 */
export function findSubmodule<S extends Named>(
	submodules: readonly S[],
	word: string,
): S {
	const path = word.replace(/^\.\//, "").replace(/\/+$/, "");
	const exact = submodules.find(({ fullPath }) => fullPath === path);
	if (exact !== undefined) return exact;
	const called = submodules.filter(({ name }) => name === path);
	if (called.length > 0) return onlyOne(called, `are called ${word}`);
	const ending = submodules.filter(({ fullPath }) =>
		fullPath.endsWith(`/${path}`),
	);
	if (ending.length > 0) return onlyOne(ending, `end in ${word}`);
	throw unknown(submodules, word);
}

function onlyOne<S extends Named>(found: readonly S[], what: string): S {
	const [first, ...others] = found as [S, ...S[]];
	if (others.length === 0) return first;
	const paths = found.map(({ fullPath }) => fullPath);
	throw new LlorchError(
		"LLORCH_GIT_AMBIGUOUS_SUBMODULE",
		`several submodules ${what}: ${paths.join(", ")}`,
		{ hint: "Give the whole path.", details: { paths } },
	);
}

function unknown(submodules: readonly Named[], word: string): LlorchError {
	if (submodules.length === 0)
		return new LlorchError(
			"LLORCH_GIT_UNKNOWN_SUBMODULE",
			`there is no submodule ${word}: this repository has none`,
		);
	const words = submodules.flatMap(({ name, fullPath }) => [
		fullPath,
		name,
		fullPath.slice(fullPath.lastIndexOf("/") + 1),
	]);
	const meant = closest(word, words);
	return new LlorchError(
		"LLORCH_GIT_UNKNOWN_SUBMODULE",
		`there is no submodule ${word}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`,
		{
			run: ["git", "submodules", "list"],
			details: { word, paths: submodules.map(({ fullPath }) => fullPath) },
		},
	);
}
