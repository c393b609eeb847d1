import { type IncomingHttpHeaders, request } from "node:http";

export type Reply = {
	status: number;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** Why the body is not whole. */
	error?: Error;
};

/** One request on a connection of its own, without redirects, that tells also what a broken answer brought. */
export function ask(
	url: string,
	headers: Record<string, string> = {},
	options: { method?: string; body?: string; signal?: AbortSignal } = {},
): Promise<Reply> {
	return new Promise((resolve, reject) => {
		const asked = request(url, {
			method: options.method ?? "GET",
			headers,
			agent: false,
			...(options.signal === undefined ? {} : { signal: options.signal }),
		});
		let error: Error | undefined;
		const note = (reason: Error) => {
			error = reason;
		};
		const fail = (reason: Error) => reject(reason);
		asked.on("error", fail);
		asked.once("response", (reply) => {
			asked.off("error", fail);
			asked.on("error", note);
			const chunks: Buffer[] = [];
			reply.on("data", (chunk: Buffer) => chunks.push(chunk));
			reply.on("error", note);
			reply.on("close", () =>
				resolve({
					status: reply.statusCode ?? 0,
					headers: reply.headers,
					body: Buffer.concat(chunks),
					...(error === undefined ? {} : { error }),
				}),
			);
		});
		asked.end(options.body);
	});
}
