import { stat } from "node:fs/promises";
import { expandPath } from "@llorch/config";
import { LlorchError } from "@llorch/core";

/** The repository that general.repo_root names. Throws LLORCH_FOLDER_NOT_FOUND: whoever needs it would say less clearly what is wrong. */
export async function findNamedRoot(
	asked: string,
	from: { home: string; base: string },
): Promise<string> {
	const root = expandPath(asked, from);
	const stats = await stat(root).catch(() => undefined);
	if (stats?.isDirectory()) return root;
	throw new LlorchError(
		"LLORCH_FOLDER_NOT_FOUND",
		`general.repo_root is ${asked}, and there is no folder ${root}`,
		{ run: ["config", "show", "general", "--origin"] },
	);
}
