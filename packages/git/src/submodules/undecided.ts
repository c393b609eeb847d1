import { LlorchError, quotePosix } from "@llorch/core";
import { type RawPath, showRawPath } from "../raw-path.ts";

/** The repository's own entry for a submodule is in conflict. */
export function undecided({
	parent,
	path,
	fullPath,
}: {
	parent: string;
	path: RawPath;
	fullPath: string;
}): LlorchError {
	return new LlorchError(
		"LLORCH_GIT_CONFLICT",
		`the repository's own entry for ${fullPath} is in conflict, so no commit is recorded`,
		{
			hint: `Decide which one it shall be: ${quotePosix(["git", "-C", parent, "add", "--", showRawPath(path)])}`,
		},
	);
}
