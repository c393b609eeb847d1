import type { Readable, Writable } from "node:stream";
import type { Clock, ErrorInfo } from "@llorch/core";

export type Input = Readable & { isTTY?: boolean };
export type Output = Writable & { isTTY?: boolean; columns?: number };

/** What the program knows about the world it was started in, as data. `main` makes it from the process, a test makes its own. */
export type Invocation = {
	argv: readonly string[];
	env: Readonly<Record<string, string | undefined>>;
	cwd: string;
	home: string;
	stdin: Input;
	stdout: Output;
	stderr: Output;
	clock: Clock;
	/** Aborted by Ctrl-C, a signal, or a closed output; the reason is a `LlorchError` whose code gives the exit code. */
	signal: AbortSignal;
	/** Aborts the invocation as a signal would: a question in raw mode gets Ctrl-C as a key. */
	interrupt(code: ErrorInfo["code"] & `LLORCH_${string}`): void;
};
