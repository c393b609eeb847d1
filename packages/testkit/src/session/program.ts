import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { repositoryRoot } from "../parts.ts";

/** The llorch that sessions run, as the words before its arguments. */
export type Program = { file: string; args: readonly string[] };

/**
 * Chosen by LLORCH_BIN: unset or `source` is the source, `bundle` the npm bundle, `binary` this platform's executable,
 * anything else the path of a program. Throws a plain `Error` when that was not built.
 */
export function llorchProgram(
	choice = process.env.LLORCH_BIN,
	root = repositoryRoot,
): Program {
	const node = process.execPath;
	switch (choice) {
		case undefined:
		case "":
		case "source":
			return { file: node, args: [join(root, "packages/cli/src/main.ts")] };
		case "bundle":
			return { file: node, args: [built(join(root, "dist/npm/llorch.js"))] };
		case "binary":
			return { file: built(join(root, "dist/bin/llorch")), args: [] };
		default:
			// Sessions run elsewhere: the path is meant from here.
			return { file: built(resolve(choice)), args: [] };
	}
}

function built(path: string): string {
	if (existsSync(path)) return path;
	throw new Error(
		`LLORCH_BIN asks for ${path}, which is not there: run \`npx -y pnpm@12 run build\``,
	);
}
