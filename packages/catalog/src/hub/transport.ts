import type { Dispatcher } from "undici";
import { isSocks, type Network, refuseSocks } from "./network.ts";
import { explainTransport } from "./transport-error.ts";

export type Ask = {
	method: "GET" | "HEAD";
	headers: Record<string, string>;
	signal: AbortSignal;
};

export type Reply = {
	status: number;
	/** Lower-case names; of a header that came several times, the first. */
	headers: Readonly<Record<string, string | undefined>>;
	body: Dispatcher.ResponseData["body"];
};

/** HTTP without redirects. Failures below HTTP are thrown as `explainTransport` words them. */
export type Transport = {
	send(url: URL, ask: Ask): Promise<Reply>;
	/** The bytes of a reply, whose failures are worded too. */
	read(url: URL, reply: Reply): AsyncGenerator<Uint8Array>;
	close(): Promise<void>;
};

const CONNECT_MS = 10_000;
const COLLECT_BYTES = 48 * 1024 * 1024;

/**
 * `undici/index.js`, not `undici`: in place of the package name Bun gives its own small substitute, which knows neither
 * proxies nor certificate authorities. The real one runs on Bun, also in the compiled binary. And `default`: of a CommonJS
 * module that is imported dynamically, esbuild's bundle has no other name.
 */
async function loadUndici() {
	return (await import("undici/index.js")).default;
}

/** @param stallMs no byte for so long is a failure */
export async function openTransport(
	network: Network,
	stallMs: number,
): Promise<Transport> {
	const { Agent, EnvHttpProxyAgent, request } = await loadUndici();
	const tls = network.ca === undefined ? {} : { ca: network.ca };
	const options = {
		connect: { ...tls, timeout: CONNECT_MS },
		requestTls: tls,
		proxyTls: tls,
		headersTimeout: stallMs,
		bodyTimeout: stallMs,
	};
	const direct = new Agent(options);
	// Both given, or undici would take them from the environment; and HTTP_PROXY is not for https, as in curl.
	const through = (proxy: string | undefined): Dispatcher =>
		proxy === undefined || isSocks(proxy)
			? direct
			: new EnvHttpProxyAgent({
					...options,
					httpProxy: proxy,
					httpsProxy: proxy,
					noProxy: network.noProxy ?? "",
				});
	const agents = {
		"http:": through(network.httpProxy),
		"https:": through(network.httpsProxy),
	};
	return {
		async send(url, { method, headers, signal }) {
			signal.throwIfAborted();
			refuseSocks(url, network);
			const dispatcher = agents[url.protocol as keyof typeof agents] ?? direct;
			try {
				const reply = await request(url, {
					dispatcher,
					method,
					headers,
					signal,
				});
				return {
					status: reply.statusCode,
					headers: firstOfEach(reply.headers),
					body: reply.body,
				};
			} catch (error) {
				signal.throwIfAborted();
				throw explainTransport(error, url, network);
			}
		},
		async *read(url, reply) {
			let uncollected = 0;
			try {
				for await (const chunk of reply.body as AsyncIterable<Uint8Array>) {
					yield chunk;
					uncollected += chunk.length;
					if (uncollected < COLLECT_BYTES) continue;
					uncollected = 0;
					collectGarbage();
				}
			} catch (error) {
				throw explainTransport(error, url, network);
			}
		},
		close: async () => {
			const all = new Set<Dispatcher>([direct, ...Object.values(agents)]);
			await Promise.all([...all].map((agent) => agent.destroy()));
		},
	};
}

/**
 * On Bun every piece that is received lies outside of the heap, which so seems small and is not collected for long: a download
 * took 160 MB instead of 120. A collection takes 6 ms.
 */
function collectGarbage(): void {
	(globalThis as { Bun?: { gc(now: boolean): void } }).Bun?.gc(true);
}

function firstOfEach(
	headers: Record<string, string | string[] | undefined>,
): Reply["headers"] {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value[0] : value,
		]),
	);
}

/** Lets a body that nobody reads go, without closing the connection when there is little of it. */
export async function discard(reply: Reply): Promise<void> {
	await reply.body.dump({ limit: 64 * 1024 }).catch(() => {});
}
