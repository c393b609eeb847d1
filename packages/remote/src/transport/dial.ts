import { connect, type Socket } from "node:net";
import { hasCode, LlorchError, releaseBytes } from "@llorch/core";

/** Opens a TCP connection. Throws LLORCH_HOST_UNKNOWN, LLORCH_HOST_REFUSED, LLORCH_HOST_UNREACHABLE, or the signal's reason. */
export function dial(
	name: string,
	{ host, port }: { host: string; port: number },
	signal: AbortSignal,
): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connect({ host, port, noDelay: true });
		const abort = () => {
			socket.destroy();
			reject(signal.reason);
		};
		if (signal.aborted) return abort();
		signal.addEventListener("abort", abort, { once: true });
		const done = () => signal.removeEventListener("abort", abort);
		socket.once("error", (error) => {
			done();
			reject(dialError(name, `${host}:${port}`, error));
		});
		socket.once("connect", () => {
			done();
			resolve(releasing(socket));
		});
	});
}

/** ssh2 writes every packet from memory of its own, and forgets it. */
function releasing(socket: Socket): Socket {
	const write = socket.write.bind(socket);
	socket.write = (bytes: Uint8Array | string) =>
		write(bytes, () => {
			if (typeof bytes !== "string") releaseBytes(bytes);
		});
	return socket;
}

function dialError(name: string, address: string, error: Error): LlorchError {
	const run = ["remote", "hosts", "list"];
	if (hasCode(error, "ENOTFOUND", "EAI_AGAIN", "EAI_NONAME", "EAI_FAIL"))
		return new LlorchError(
			"LLORCH_HOST_UNKNOWN",
			`there is no host ${name} (${address} has no address)`,
			{
				hint: "A host is a profile, an alias of ssh_config, or a name that leads to an address.",
				run,
				cause: error,
			},
		);
	// Several addresses were tried: the error holds one for each.
	const causes = error instanceof AggregateError ? error.errors : [error];
	if (causes.some((cause) => hasCode(cause, "ECONNREFUSED")))
		return new LlorchError(
			"LLORCH_HOST_REFUSED",
			`${name} refused the connection: nothing listens at ${address}`,
			{
				hint: "Is its SSH server running, and is the port right?",
				run: ["remote", "hosts", "test", name],
				cause: error,
			},
		);
	if (causes.some((cause) => hasCode(cause, "ETIMEDOUT")))
		return silentError(name, address);
	return new LlorchError(
		"LLORCH_HOST_UNREACHABLE",
		`${name} (${address}) cannot be reached: ${error.message}`,
		{
			hint: "Is the network up, and the host switched on?",
			run: ["remote", "hosts", "test", name],
			cause: error,
		},
	);
}

/** A host that did not answer within the time it had. */
export function silentError(
	name: string,
	address: string,
	seconds?: number,
): LlorchError {
	return new LlorchError(
		"LLORCH_HOST_SILENT",
		`${name} (${address}) did not answer${seconds === undefined ? "" : ` within ${seconds} s`}`,
		{
			hint: "Is it switched on and in this network? remote.connect_timeout says how long llorch waits.",
			run: ["remote", "hosts", "test", name],
		},
	);
}
