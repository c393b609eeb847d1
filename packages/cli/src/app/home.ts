import { userInfo } from "node:os";
import { LlorchError } from "@llorch/core";

/**
 * The home folder: HOME, or where that is empty what the system's list of users has. Never a relative path: it would mean another
 * folder with every `--cwd`.
 * @throws LLORCH_USAGE
 */
export function findHome(
	env: Readonly<Record<string, string | undefined>>,
): string {
	const named = env.HOME || listedHome();
	if (named?.startsWith("/")) return named;
	throw new LlorchError(
		"LLORCH_USAGE",
		env.HOME
			? `HOME is "${env.HOME}", which is no absolute path`
			: "HOME is not set, and the system lists no home of this user: set HOME to the folder to use",
	);
}

// Not homedir(), which is "" when HOME is (Node 24).
function listedHome(): string | undefined {
	try {
		return userInfo().homedir;
	} catch {
		return undefined;
	}
}
