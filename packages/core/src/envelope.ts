import type { ErrorInfo } from "./errors.ts";

/** What `--json` prints. A failed command may still have a result (doctor, tests, some-of-many). `ok === (exit === 0)`. */
export type Envelope<T> = {
	ok: boolean;
	exit: number;
	result?: T;
	error?: ErrorInfo;
};

/** Only for a list or group of hosts, also a list of one: the shape follows the syntax, never the count. */
export type Fleet<T> = Envelope<{
	hosts: (Envelope<T> & { host: string; durationMs: number })[];
}>;
