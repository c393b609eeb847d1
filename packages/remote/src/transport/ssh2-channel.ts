import { Duplex, type Readable, type Writable } from "node:stream";
import type { ClientChannel } from "ssh2";
import type { Channel, ChannelEnd } from "./transport.ts";

/** A channel of ssh2 in our words. With a terminal there is one stream of output. */
export function asChannel(channel: ClientChannel, terminal: boolean): Channel {
	const exited = new Promise<ChannelEnd>((resolve) => {
		channel.on("exit", (code: number | null, signal?: string) =>
			resolve(
				code === null || code === undefined
					? { signal: `SIG${(signal ?? "KILL").replace(/^SIG/, "")}` }
					: { exitCode: code },
			),
		);
		channel.on("close", () => resolve({ lost: "the channel was closed" }));
	});
	return {
		stdin: channel as Writable,
		stdout: channel as Readable,
		stderr: terminal ? emptyStream() : channel.stderr,
		exited,
		resize: (columns, rows) => {
			if (terminal) channel.setWindow(rows, columns, 0, 0);
		},
		close: () => {
			channel.on("error", () => {});
			channel.close();
		},
	};
}

function emptyStream(): Readable {
	const stream = new Duplex({ read() {}, write: (_c, _e, done) => done() });
	stream.push(null);
	return stream;
}
