import {
	createServer as createHttpServer,
	type IncomingMessage,
	type RequestListener,
	type Server,
	type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** Key and certificate in PEM. */
export type Tls = { key: string; cert: string };

export type LoopbackServer = {
	readonly server: Server;
	/** `http://127.0.0.1:PORT`, no slash at the end. */
	readonly url: string;
	readonly port: number;
	/** Destroys all connections, and frees the port. */
	close(): Promise<void>;
};

/** Listens on 127.0.0.1. Rejects when the port is taken; without a port, takes one that is free. */
export function listenLoopback(
	handler: RequestListener,
	options: { port?: number | undefined; tls?: Tls | undefined } = {},
): Promise<LoopbackServer> {
	const server =
		options.tls === undefined
			? createHttpServer(handler)
			: createHttpsServer(options.tls, handler);
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(options.port ?? 0, "127.0.0.1", () => {
			server.off("error", reject);
			const { port } = server.address() as AddressInfo;
			const scheme = options.tls === undefined ? "http" : "https";
			resolve({
				server,
				url: `${scheme}://127.0.0.1:${port}`,
				port,
				close: () =>
					new Promise((closed) => {
						server.close(() => closed());
						server.closeAllConnections();
					}),
			});
		});
	});
}

/** Headers as one string each. */
export function plainHeaders(message: IncomingMessage): Record<string, string> {
	return Object.fromEntries(
		Object.entries(message.headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(", ") : (value ?? ""),
		]),
	);
}

/** Resolves when the network took the bytes; false when the reader has gone. */
export function writeOut(
	response: ServerResponse,
	chunk: Uint8Array | string,
): Promise<boolean> {
	return new Promise((resolve) => {
		if (response.destroyed || response.socket?.destroyed !== false)
			return resolve(false);
		const gone = () => resolve(false);
		response.once("close", gone);
		response.write(chunk, (error) => {
			response.off("close", gone);
			resolve(error === null || error === undefined);
		});
	});
}
