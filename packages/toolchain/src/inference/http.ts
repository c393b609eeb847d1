import { Agent, type IncomingMessage, request } from "node:http";

/** An answer whose body is still to be read. */
export type HttpAnswer = { status: number; body: AsyncIterable<Uint8Array> };

export type HttpRequest = {
	method: "GET" | "POST";
	port: number;
	path: string;
	/** Sent as JSON. */
	json?: unknown;
	signal: AbortSignal;
};

/**
 * Asks a server on this machine. Without proxies, and without time limits of its own: a first token may take as long as
 * a large model on a slow processor needs (`fetch` gives up after five minutes). Rejects when the connection fails, or the signal aborts.
 */
export function askLocal(asked: HttpRequest): Promise<HttpAnswer> {
	const { method, port, path, json, signal } = asked;
	const body = json === undefined ? undefined : JSON.stringify(json);
	return new Promise((resolve, reject) => {
		const sent = request(
			{
				host: "127.0.0.1",
				port,
				path,
				method,
				signal,
				// Node's global agent may be told to use a proxy (NODE_USE_ENV_PROXY).
				agent: new Agent({ keepAlive: false }),
				headers:
					body === undefined
						? {}
						: {
								"content-type": "application/json",
								"content-length": Buffer.byteLength(body),
								accept: "text/event-stream",
							},
			},
			(answer: IncomingMessage) =>
				resolve({ status: answer.statusCode ?? 0, body: answer }),
		);
		sent.on("error", reject);
		sent.end(body);
	});
}

/** A short body as text. Never throws: what was there before the connection broke is something to show. */
export async function readText(
	body: AsyncIterable<Uint8Array>,
	maxBytes: number,
): Promise<string> {
	const decoder = new TextDecoder();
	let text = "";
	let bytes = 0;
	try {
		for await (const chunk of body) {
			text += decoder.decode(chunk, { stream: true });
			bytes += chunk.length;
			if (bytes >= maxBytes) break;
		}
	} catch {}
	return text;
}
