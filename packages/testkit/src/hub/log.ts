import type { IncomingMessage } from "node:http";

/** One request that a server of the hub received. The object grows while the answer is sent. */
export type HubRequest = {
	server: "hub" | "cdn";
	method: string;
	/** Path and query as they were sent. */
	url: string;
	/** The decoded path alone. */
	path: string;
	headers: Readonly<Record<string, string>>;
	range?: string;
	authorization?: string;
	/** `org/name`, when the request is about a repository. */
	repo?: string;
	/** The file's path in its repository. */
	file?: string;
	/** 0 until the answer begins. */
	status: number;
	/** Bytes of a file's body handed to the network. */
	bytesSent: number;
	/** The whole answer was handed to the network. */
	finished: boolean;
};

/** All requests, in the order they came, and a way to wait for one without sleeping. */
export class RequestLog {
	readonly requests: HubRequest[] = [];
	private readonly waiting = new Set<() => void>();

	add(server: "hub" | "cdn", message: IncomingMessage): HubRequest {
		const headers = Object.fromEntries(
			Object.entries(message.headers).map(([name, value]) => [
				name,
				Array.isArray(value) ? value.join(", ") : (value ?? ""),
			]),
		);
		const url = message.url ?? "/";
		const request: HubRequest = {
			server,
			method: message.method ?? "GET",
			url,
			path: decodeURIComponent(url.split("?")[0] ?? "/"),
			headers,
			status: 0,
			bytesSent: 0,
			finished: false,
		};
		if (headers.range !== undefined) request.range = headers.range;
		if (headers.authorization !== undefined)
			request.authorization = headers.authorization;
		this.requests.push(request);
		this.changed();
		return request;
	}

	/** To be called whenever a request object was changed. */
	changed(): void {
		for (const wake of [...this.waiting]) wake();
	}

	/** The first request that satisfies `test`, now or later; looked at again at every change. Rejects with the signal's reason. */
	waitFor(
		test: (request: HubRequest) => boolean,
		signal?: AbortSignal,
	): Promise<HubRequest> {
		return new Promise((resolve, reject) => {
			const look = () => {
				const found = this.requests.find(test);
				if (found === undefined) return;
				stop();
				resolve(found);
			};
			const abort = () => {
				stop();
				reject(signal?.reason);
			};
			const stop = () => {
				this.waiting.delete(look);
				signal?.removeEventListener("abort", abort);
			};
			if (signal?.aborted) return abort();
			signal?.addEventListener("abort", abort);
			this.waiting.add(look);
			look();
		});
	}
}
