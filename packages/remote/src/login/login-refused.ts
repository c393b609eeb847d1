import { LlorchError } from "@llorch/core";
import type { Logins } from "./identities.ts";

/** The error of a login that the host refused, with what was tried. */
export function loginRefused(
	host: string,
	user: string,
	failures: readonly unknown[],
	{ identities, skipped, opensshMay }: Logins,
): LlorchError {
	const locked = failures.find(
		(error) =>
			error instanceof LlorchError &&
			error.info.code === "LLORCH_LOGIN_KEY_LOCKED",
	);
	if (locked !== undefined) return locked as LlorchError;
	const hints = [
		identities.length === 0
			? "There was no key to log in with: neither in the agent nor where ssh_config looks."
			: `Tried: ${identities.map(({ name }) => name).join(", ")}. Is the public key in ~/.ssh/authorized_keys there, and is the user name right?`,
		...skipped.map(({ path, reason }) => `Not tried: ${path} (${reason}).`),
	];
	return new LlorchError(
		"LLORCH_LOGIN_REFUSED",
		`${host} refused the login of ${user}`,
		{
			hint: hints.join("\n"),
			run: ["remote", "hosts", "test", host],
			...(opensshMay ? { details: { opensshMay } } : {}),
		},
	);
}
