import { LlorchError } from "@llorch/core";

export function lostError(
	name: string,
	reason: string,
	cause?: unknown,
): LlorchError {
	return new LlorchError(
		"LLORCH_HOST_LOST",
		`the connection to ${name} was lost: ${reason}`,
		{
			hint: "What ran there ends by itself (remote.lease); try again when the host can be reached.",
			run: ["remote", "hosts", "test", name],
			...(cause === undefined ? {} : { cause }),
		},
	);
}

export function noSessionError(name: string, cause: unknown): LlorchError {
	return new LlorchError(
		"LLORCH_REMOTE_NO_SESSION",
		`${name} allows no further session on this connection`,
		{
			hint: "MaxSessions in its sshd_config must be at least 2: one for the command, one to end it should the link be lost.",
			run: ["remote", "hosts", "test", name],
			cause,
		},
	);
}
