import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../needs.ts";

/** The llorch that sessions run, as the words before its arguments. */
export type Program = { file: string; args: readonly string[] };

/**
 * Chosen by LLORCH_BIN: unset is the source, `bundle` the npm bundle, `binary` this platform's compiled binary, anything else the
 * path of a program. Throws a plain `Error` when that was not built.
 */
export function llorchProgram(choice = process.env.LLORCH_BIN): Program {
	const node = process.execPath;
	if (choice === undefined || choice === "" || choice === "source")
		return { file: node, args: [inRepository("packages/cli/src/main.ts")] };
	if (choice === "bundle")
		return { file: node, args: [built("dist/npm/llorch.js")] };
	if (choice === "binary") return { file: built(...binaryNames()), args: [] };
	if (!existsSync(choice))
		throw new Error(`LLORCH_BIN is ${choice}: there is no such program`);
	return { file: choice, args: [] };
}

function binaryNames(): string[] {
	const { platform, arch } = process;
	return ["dist/bin/llorch", `dist/bin/llorch-${platform}-${arch}`];
}

function built(...names: readonly string[]): string {
	const found = names.map(inRepository).find((path) => existsSync(path));
	if (found === undefined)
		throw new Error(`${names[0]} is not there: run \`npx -y pnpm@12 build\``);
	return found;
}

function inRepository(path: string): string {
	return join(repositoryRoot, path);
}
