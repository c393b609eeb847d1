import type { Readable, Writable } from "node:stream";

/** How a far command ended, as the SSH connection tells it. (RFC 4254 §6.10.) */
export type ChannelEnd =
	| { exitCode: number }
	| { signal: string }
	/** The channel closed without a word: the link was lost. */
	| { lost: string };

/** One command on the host. */
export type Channel = {
	stdin: Writable;
	stdout: Readable;
	stderr: Readable;
	/** Resolves as soon as the far side says how the command ended; output may still come. */
	exited: Promise<ChannelEnd>;
	/** Gives the far terminal another size; undefined where the transport cannot. */
	resize: ((columns: number, rows: number) => void) | undefined;
	/** Lets go of the channel; what runs in it is not told. */
	close(): void;
};

/** One connection to a host, whatever makes it. */
export type SshConnection = {
	readonly transport: "ssh2" | "openssh";
	/** What stands behind it, for people: `ssh2`, `openssh (ControlMaster)`. */
	readonly description: string;
	/** Whether a signal that ended a program is told; else its shell has to say it, as 128 and the number. */
	readonly tellsSignals: boolean;
	/** Runs a command line by the login shell. Throws LLORCH_REMOTE_NO_SESSION where the host allows no further one. */
	open(
		command: string,
		options?: { terminal?: { columns: number; rows: number; type: string } },
	): Promise<Channel>;
	/** Reads what a command that never began left on stderr: the host had no further session for it. */
	isRefusal?(complaint: string): boolean;
	/** Resolves with the reason when the connection has ended. */
	closed: Promise<string>;
	close(): Promise<void>;
};
