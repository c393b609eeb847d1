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
	/** Resolves with the reason when the host has not answered for the time of the lease, so it has ended what ran there. */
	lost: Promise<string>;
	/** All is done; what programs left in the background on purpose is left alone. */
	leave(): Promise<void>;
};

const GRACE_SECONDS = 5;
// How long we wait for the last answer; a login may run something else than what it is told to.
const LEAVE_MS = 10_000;
const UNGREETED_LEAVE_MS = 2000;
const START_SECONDS = 30;

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
	let greeted = false;
	// Whoever waits for an answer of a guard that is gone waits no longer.
	const gone = opening.then(
		async (channel) => {
			channel.stdin.on("error", () => {});
			channel.stderr.resume();
			let seen = "";
			channel.stdout.on("data", (bytes: Buffer) => {
				seen += bytes.toString("latin1");
				greeted ||= seen.includes(id);
				const parts = seen.split("pong\n");
				seen = (parts.pop() ?? "").slice(-id.length);
				for (const _ of parts) pongs.shift()?.();
			});
			await channel.exited;
		},
		() => {},
	);
	const lost = Promise.withResolvers<string>();
	const over = Promise.race([gone, connection.closed, lost.promise]);
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
		return Promise.race([answered.promise, over]).then(() => {});
	};
	const everyMs = Math.min(10_000, Math.max(250, seconds * 250));
	// Counted, not timed: a machine that wakes up has not listened meanwhile.
	let unanswered = 0;
	const beat =
		seconds === 0
			? undefined
			: setInterval(() => {
					// Until the guard runs, its shell may take its time.
					const patience = greeted ? seconds : Math.max(seconds, START_SECONDS);
					if (unanswered++ * everyMs >= patience * 1000)
						lost.resolve(`no sign of life for ${patience} s`);
					void askFor("ping").then(() => {
						unanswered = 0;
					});
				}, everyMs);
	void over.then(() => clearInterval(beat));
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
		lost: lost.promise,
		async leave() {
			clearInterval(beat);
			let timer: NodeJS.Timeout | undefined;
			const late = new Promise<void>((resolve) => {
				timer = setTimeout(resolve, greeted ? LEAVE_MS : UNGREETED_LEAVE_MS);
			});
			// sshd drops what has not reached a program when the connection ends, so the answer is waited for.
			await Promise.race([askFor("bye"), late]);
			clearTimeout(timer);
			opening.then(
				(channel) => channel.close(),
				() => {},
			);
		},
	};
}
