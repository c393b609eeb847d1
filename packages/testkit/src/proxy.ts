import {
	request as httpRequest,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import { connect, type Socket } from "node:net";
import { listenLoopback, plainHeaders } from "./loopback.ts";
import { Watched } from "./watched.ts";

export type ProxyOptions = {
	/** `user:password` that every request must bring; without it the answer is 407. */
	credentials?: string;
	/** Where names that exist nowhere lead: `hub.example` to `127.0.0.1:1234`. Others are connected to as they are. */
	hosts?: Readonly<Record<string, string>>;
	/** Default: one that is free. */
	port?: number;
};

export type ProxyRequest = {
	/** `CONNECT`, or the method of a plain HTTP request. */
	method: string;
	/** `host:port` for CONNECT, the whole URL otherwise. */
	target: string;
	headers: Readonly<Record<string, string>>;
	/** 0 until it is answered; 200 once a tunnel stands. */
	status: number;
};

export type Proxy = {
	/** For HTTPS_PROXY and HTTP_PROXY, with the credentials in it. */
	readonly url: string;
	readonly requests: readonly ProxyRequest[];
	close(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

/** A forward proxy on the loopback address: tunnels (CONNECT) for HTTPS, absolute URLs for HTTP (RFC 9110 §9.3.6, RFC 9112 §3.2.2). */
export async function startProxy(options: ProxyOptions = {}): Promise<Proxy> {
	const log = new Watched<ProxyRequest>();
	const sockets = new Set<Socket>();
	const expected =
		options.credentials === undefined
			? undefined
			: `Basic ${Buffer.from(options.credentials).toString("base64")}`;
	const record = (message: IncomingMessage): ProxyRequest =>
		log.add({
			method: message.method ?? "",
			target: message.url ?? "",
			headers: plainHeaders(message),
			status: 0,
		});
	const refused = (entry: ProxyRequest) =>
		expected !== undefined && entry.headers["proxy-authorization"] !== expected;
	const addressOf = (host: string, port: string) => {
		const [name = host, mapped = port] =
			options.hosts?.[host]?.split(":") ?? [];
		return { host: name, port: Number(mapped) };
	};

	const pass = (message: IncomingMessage, response: ServerResponse) => {
		const entry = record(message);
		const answer = (status: number) => {
			entry.status = status;
			response.writeHead(status, { "proxy-authenticate": "Basic" }).end();
		};
		if (refused(entry)) return answer(407);
		if (!URL.canParse(entry.target)) return answer(400);
		const url = new URL(entry.target);
		const { "proxy-authorization": _, ...headers } = message.headers;
		const onward = httpRequest(
			{
				...addressOf(url.hostname, url.port || "80"),
				method: entry.method,
				path: url.pathname + url.search,
				headers,
			},
			(reply) => {
				entry.status = reply.statusCode ?? 0;
				response.writeHead(entry.status, reply.headers);
				reply.pipe(response);
			},
		);
		onward.on("error", () => answer(502));
		message.pipe(onward);
	};

	const tunnel = (message: IncomingMessage, near: Socket, head: Buffer) => {
		const entry = record(message);
		const answer = (status: number, text: string) => {
			entry.status = status;
			near.write(`HTTP/1.1 ${status} ${text}\r\n\r\n`);
		};
		near.on("error", () => near.destroy());
		if (refused(entry)) {
			answer(407, "Proxy Authentication Required");
			return near.end();
		}
		const [, host = "", port = "443"] =
			/^\[?(.*?)\]?(?::(\d+))?$/.exec(entry.target) ?? [];
		const far = connect(addressOf(host, port), () => {
			answer(200, "Connection Established");
			far.write(head);
			far.pipe(near).pipe(far);
		});
		for (const socket of [near, far]) {
			sockets.add(socket);
			socket.once("close", () => {
				sockets.delete(socket);
				near.destroy();
				far.destroy();
			});
		}
		far.on("error", () => {
			if (entry.status === 0) answer(502, "Bad Gateway");
			near.end();
		});
	};

	const server = await listenLoopback(pass, options);
	server.server.on("connect", tunnel);
	const close = async () => {
		for (const socket of sockets) socket.destroy();
		await server.close();
	};
	return {
		url:
			options.credentials === undefined
				? server.url
				: server.url.replace("//", `//${options.credentials}@`),
		requests: log.items,
		close,
		[Symbol.asyncDispose]: close,
	};
}
