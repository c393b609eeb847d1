import { connect, createServer, type Socket } from "node:net";

/** A link between a client and a server that can be made slow, silent, or be cut. */
export type TcpProxy = {
	readonly port: number;
	/** Every byte arrives this many milliseconds late, in each direction. */
	delayMs: number;
	/** Swallows everything from now on, in both directions, and says nothing: packets are dropped. */
	drop(): void;
	/** Closes every connection. */
	cut(): void;
	/** Connections there were. */
	connections(): number;
	close(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

/** A proxy on the loopback address that leads to another port there. `silent`: it accepts and never says a word. */
export async function startTcpProxy(
	target: number,
	options: { delayMs?: number; silent?: boolean } = {},
): Promise<TcpProxy> {
	const sockets = new Set<Socket>();
	let dropping = options.silent === true;
	let count = 0;
	const server = createServer((near) => {
		count++;
		const far = connect({ host: "127.0.0.1", port: target });
		near.setNoDelay(true);
		far.setNoDelay(true);
		carry(near, far);
		carry(far, near);
	});
	const carry = (from: Socket, to: Socket) => {
		sockets.add(from);
		from.on("error", () => {});
		const later = (action: () => void) => {
			if (proxy.delayMs === 0) action();
			else setTimeout(action, proxy.delayMs);
		};
		from.on("data", (bytes) => {
			if (dropping) return;
			later(() => {
				if (to.destroyed || to.write(bytes)) return;
				from.pause();
				to.once("drain", () => from.resume());
			});
		});
		from.on("close", () => {
			sockets.delete(from);
			// Where packets are dropped, the other side hears nothing of an end either.
			if (!dropping) later(() => to.end());
		});
	};
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	const address = server.address();
	const proxy: TcpProxy = {
		port: typeof address === "object" && address ? address.port : 0,
		delayMs: options.delayMs ?? 0,
		drop() {
			dropping = true;
		},
		cut() {
			for (const socket of sockets) socket.destroy();
		},
		connections: () => count,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
		[Symbol.asyncDispose]: () => proxy.close(),
	};
	return proxy;
}
