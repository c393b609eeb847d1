import { randomBytes } from "node:crypto";
import type { SshConnection } from "../transport/transport.ts";
import { wrapForLoginShell } from "./far-command.ts";
import { LEASE_VARIABLE, leaseFolder, leaseScript } from "./lease-script.ts";

/** Keeps what runs on a host from outliving us. One per connection. */
export type Lease = {
	/** A new mark for one command. The dot at its end keeps `1` from being found in `12`. */
	mark(): { name: string; value: string; folder: string };
	/** Ends one command there, with all that came of it: TERM, then KILL. */
	end(mark: string, group: number | undefined): void;
	/** Gives the terminal of a program there another size. */
	resize(group: number, columns: number, rows: number): void;
	/** Resolves when all that the host had sent before has arrived. */
	roundTrip(): Promise<void>;
	/** All is done; what programs left in the background on purpose is left alone. */
	leave(): Promise<void>;
};

const GRACE_SECONDS = 5;

/** Opens a lease over a connection. Does not wait for the host: SSH keeps the order of what is asked for. */
export function openLease(connection: SshConnection, seconds: number): Lease {
	const id = `llorch-${randomBytes(9).toString("hex")}`;
	const { command } = wrapForLoginShell(
		leaseScript({
			lease: id,
			token: id,
			seconds: Math.ceil(seconds),
			graceSeconds:
				seconds === 0
					? GRACE_SECONDS
					: Math.min(GRACE_SECONDS, Math.ceil(seconds / 3)),
		}),
	);
	const opening = connection.open(command);
	// Without a second session there is no lease; the commands themselves say what is wrong with the connection.
	opening.catch(() => {});
	const pongs: (() => void)[] = [];
	let seen = "";
	opening.then(
		(channel) => {
			channel.stdin.on("error", () => {});
			channel.stderr.resume();
			channel.stdout.on("data", (bytes: Buffer) => {
				seen += bytes.toString("latin1");
				for (
					let at = seen.indexOf("pong\n");
					at >= 0;
					at = seen.indexOf("pong\n")
				) {
					seen = seen.slice(at + 5);
					pongs.shift()?.();
				}
			});
			channel.exited.then(() => {
				for (const pong of pongs.splice(0)) pong();
			});
		},
		() => {},
	);
	const send = (line: string) =>
		opening.then(
			({ stdin }) => void stdin.write(`${line}\n`),
			() => {},
		);
	/** Sends an order that is answered. */
	const askFor = (order: string) => {
		const answered = Promise.withResolvers<void>();
		pongs.push(answered.resolve);
		send(order);
		opening.catch(() => answered.resolve());
		return Promise.race([answered.promise, connection.closed]).then(() => {});
	};
	const beat =
		seconds === 0
			? undefined
			: setInterval(
					() => send("beat"),
					Math.min(10_000, Math.max(250, seconds * 250)),
				);
	// The commands keep us alive, not their guard.
	beat?.unref();
	let count = 0;
	return {
		mark: () => ({
			name: LEASE_VARIABLE,
			value: `${id}.${++count}.`,
			folder: leaseFolder(id),
		}),
		end: (mark, group) => void send(`end ${mark} ${group ?? ""}`),
		resize: (group, columns, rows) =>
			void send(`size ${group} cols ${columns} rows ${rows}`),
		roundTrip: () => askFor("ping"),
		leave() {
			clearInterval(beat);
			// sshd drops what has not reached a program when the connection ends, so the answer is waited for.
			return askFor("bye");
		},
	};
}
