import { LlorchError } from "@llorch/core";

/** The error of a login that the host refused, with what was tried. */
export function loginRefused(
	host: string,
	user: string,
	failures: readonly unknown[],
	tried: readonly string[],
	/** There is a certificate or a FIDO key, which only OpenSSH can use. */
	opensshMay = false,
): LlorchError {
	const locked = failures.find(
		(error) =>
			error instanceof LlorchError &&
			error.info.code === "LLORCH_LOGIN_KEY_LOCKED",
	);
	if (locked !== undefined) return locked as LlorchError;
	return new LlorchError(
		"LLORCH_LOGIN_REFUSED",
		`${host} refused the login of ${user}`,
		{
			hint:
				tried.length === 0
					? "There was no key to log in with: neither in the agent nor where ssh_config looks."
					: `Tried: ${tried.join(", ")}. Is the public key in ~/.ssh/authorized_keys there, and is the user name right?`,
			run: ["remote", "hosts", "test", host],
			...(opensshMay ? { details: { opensshMay } } : {}),
		},
	);
}
