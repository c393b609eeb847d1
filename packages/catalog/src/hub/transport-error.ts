import { LlorchError } from "@llorch/core";
import type { Network } from "./network.ts";
import { TransientError } from "./transient.ts";

const NOT_CONNECTED = new Set([
	"ECONNREFUSED",
	"EHOSTUNREACH",
	"ENETUNREACH",
	"ENETDOWN",
	"EHOSTDOWN",
	"ENOTFOUND",
	"EAI_AGAIN",
	"UND_ERR_CONNECT_TIMEOUT",
]);
const DROPPED: Readonly<Record<string, string>> = {
	ECONNRESET: "the connection was reset",
	ECONNABORTED: "the connection was reset",
	EPIPE: "the connection was closed",
	ETIMEDOUT: "the connection timed out",
	UND_ERR_SOCKET: "the connection was closed",
	UND_ERR_CLOSED: "the connection was closed",
	UND_ERR_DESTROYED: "the connection was closed",
	UND_ERR_HEADERS_TIMEOUT: "the server did not answer in time",
	UND_ERR_BODY_TIMEOUT: "the server stopped sending",
	ERR_STREAM_PREMATURE_CLOSE: "the connection was closed",
	UND_ERR_RES_CONTENT_LENGTH_MISMATCH:
		"the server sent less than it had promised",
};
// OpenSSL's names of verification failures, and what Node and Bun prefix errors of the handshake with.
const TLS =
	/^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH|ERR_TLS_|ERR_SSL_|EPROTO)/;

/** What went wrong below HTTP, in our words. What is not known as such (a bug) is returned as it is. */
export function explainTransport(
	error: unknown,
	url: URL,
	network: Network,
): unknown {
	if (!(error instanceof Error)) return error;
	const code = codeOf(error);
	const details = { url: url.origin, code };
	const proxy = proxyOf(url, network);
	const refused = /^Proxy response \((\d+)\)/.exec(error.message);
	if (refused !== null && proxy !== undefined)
		return new LlorchError(
			"LLORCH_PROXY_FAILED",
			`the proxy ${proxy.host} refuses to connect us to ${url.host} (status ${refused[1]})`,
			{
				hint:
					refused[1] === "407"
						? "It wants a login: put user:password@ before the host in HTTPS_PROXY."
						: "Correct HTTPS_PROXY, or name the host in NO_PROXY if it can be reached without.",
				details,
			},
		);
	if (NOT_CONNECTED.has(code) || isConnecting(error)) {
		if (proxy !== undefined && isAbout(error, proxy))
			return new TransientError(
				"LLORCH_PROXY_FAILED",
				`the proxy ${proxy.host} cannot be reached (${code})`,
				{
					connecting: true,
					hint: "Correct HTTPS_PROXY and HTTP_PROXY, or unset them to go without a proxy.",
					details,
				},
			);
		return new TransientError(
			"LLORCH_HUB_UNREACHABLE",
			`${url.host} cannot be reached: ${describe(code)}`,
			{
				connecting: true,
				hint: "Check the network, and the address in models.endpoint (HF_ENDPOINT).",
				details,
			},
		);
	}
	const dropped = DROPPED[code];
	if (dropped !== undefined)
		return new TransientError(
			"LLORCH_HUB_UNREACHABLE",
			`${url.host}: ${dropped}`,
			{ details },
		);
	if (error.name === "HTTPParserError")
		return new LlorchError(
			"LLORCH_HUB_ANSWER",
			`${url.host} does not speak HTTP: ${firstLine(error.message)}`,
			{
				hint: "Check the address in models.endpoint (HF_ENDPOINT).",
				details,
			},
		);
	if (TLS.test(code))
		return new LlorchError(
			"LLORCH_HUB_TLS",
			`no safe connection to ${url.host}: ${firstLine(error.message)}`,
			{
				hint: "If your network has a certificate authority of its own, name its PEM file in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.",
				details,
			},
		);
	return error;
}

/** Several addresses of one name are tried at once: then the first failure speaks for all. */
function codeOf(error: Error): string {
	if (error instanceof AggregateError && error.errors[0] instanceof Error)
		return codeOf(error.errors[0]);
	return "code" in error ? String(error.code) : error.name;
}

function isConnecting(error: Error): boolean {
	return "syscall" in error && error.syscall === "connect";
}

function describe(code: string): string {
	if (code === "ENOTFOUND" || code === "EAI_AGAIN")
		return "its name is not known";
	if (code === "ECONNREFUSED") return "nothing answers there";
	if (code === "UND_ERR_CONNECT_TIMEOUT") return "it did not answer in time";
	return `there is no way to it (${code})`;
}

/** The proxy that requests to `url` take, as far as the protocol decides. */
function proxyOf(url: URL, network: Network): URL | undefined {
	const proxy =
		url.protocol === "https:" ? network.httpsProxy : network.httpProxy;
	return proxy === undefined ? undefined : new URL(proxy);
}

/** System errors carry the port, or for a name that is not known the name, of what they failed to reach. */
function isAbout(error: Error, proxy: URL): boolean {
	const at = error as { port?: unknown; hostname?: unknown };
	const port = Number(proxy.port) || (proxy.protocol === "https:" ? 443 : 80);
	return Number(at.port) === port || at.hostname === proxy.hostname;
}

function firstLine(text: string): string {
	return text.split("\n", 1)[0]?.trim() ?? "";
}
