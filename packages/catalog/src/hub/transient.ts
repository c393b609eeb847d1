import { type ErrorExtras, LlorchError } from "@llorch/core";

/** A failure that may be gone at the next try. */
export class TransientError extends LlorchError {
	/** Milliseconds the server asks us to wait. */
	readonly retryAfterMs: number | undefined;
	/** The connection could not be made at all: at first contact, trying again is rather a waste of the user's time. */
	readonly connecting: boolean;
	/** The address of the body is used up: ask the hub for a new one. */
	readonly stale: boolean;

	constructor(
		code: `LLORCH_${string}`,
		message: string,
		extras: ErrorExtras & {
			retryAfterMs?: number | undefined;
			connecting?: boolean;
			stale?: boolean;
		} = {},
	) {
		const { retryAfterMs, connecting = false, stale = false, ...rest } = extras;
		super(code, message, rest);
		this.retryAfterMs = retryAfterMs;
		this.connecting = connecting;
		this.stale = stale;
	}
}
