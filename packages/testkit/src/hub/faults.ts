/** Which requests a fault meets. All that is given must hold. */
export type FaultTarget = {
	/** `org/name`. Absent: any. */
	repo?: string;
	/** The file's path in its repository. Absent: any. */
	path?: string;
	/**
	 * `body`: the GET that carries the file's bytes, from the CDN for an LFS file, from the hub for a small one.
	 * `resolve`: HEAD or GET of the hub's `/resolve/` address, where headers and the redirect come from.
	 * `api`: the hub's `/api/` addresses. Default: `body`.
	 */
	on?: FaultStep;
	method?: "GET" | "HEAD" | "POST";
	/** Only the Nth of the requests that match, from 1. */
	nth?: number;
	/** Only the first so many of the requests that match. */
	times?: number;
};

export type FaultStep = "body" | "resolve" | "api";

/** What goes wrong. Several can be combined. Offsets and lengths are in bytes. */
export type FaultEffect = {
	/** Closes the connection after so many bytes of the body. */
	cutAfter?: number;
	/** With `cutAfter`: resets the connection (RST) instead of closing it. */
	reset?: boolean;
	/** Sends so many bytes of the body, then nothing more; the connection stays open. */
	stallAfter?: number;
	/** Never answers; the connection stays open. */
	stallBeforeHeaders?: boolean;
	/** Closes the connection without an answer. */
	cutBeforeHeaders?: boolean;
	/** Answers with this status instead. */
	status?: number;
	/** The `Retry-After` header, in seconds or as an HTTP date. */
	retryAfter?: number | string;
	/** A `Content-Length` that is not true: the body ends early, or goes on past it. */
	contentLength?: number;
	/** An `X-Linked-Size` that is not true. Meets the `resolve` step. */
	linkedSize?: number;
	/** The byte at this offset of the file is inverted. */
	wrongByteAt?: number;
	/** The CDN address that the hub hands out works for one GET only, or not at all: afterwards 403. Meets the `resolve` step. */
	redirect?: "once" | "expired";
	/** Answers a Range request with 200 and the whole file, and does not offer ranges. */
	noRange?: boolean;
	/** Answers 206 although `If-Range` names another version. */
	ignoreIfRange?: boolean;
	/** Sends no faster than this per connection. */
	bytesPerSecond?: number;
};

export type Fault = FaultTarget & FaultEffect;

/** The file and step that a request is about. */
export type FaultContext = {
	repo?: string;
	path?: string;
	steps: readonly FaultStep[];
	method: string;
};

/** Faults with their counts of matching requests. */
export class FaultList {
	private readonly entries: { fault: Fault; seen: number }[] = [];

	constructor(faults: readonly Fault[] = []) {
		for (const fault of faults) this.add(fault);
	}

	/** Returns a function that takes the fault away again. */
	add(fault: Fault): () => void {
		const entry = { fault, seen: 0 };
		this.entries.push(entry);
		return () => {
			const index = this.entries.indexOf(entry);
			if (index >= 0) this.entries.splice(index, 1);
		};
	}

	clear(): void {
		this.entries.length = 0;
	}

	/** Counts the request, and merges the effects of all faults that meet it; later faults win. */
	meet(context: FaultContext): FaultEffect {
		const effect: FaultEffect = {};
		for (const entry of this.entries) {
			if (!matches(entry.fault, context)) continue;
			entry.seen++;
			const { nth, times } = entry.fault;
			if (nth !== undefined && entry.seen !== nth) continue;
			if (times !== undefined && entry.seen > times) continue;
			const {
				repo,
				path,
				on,
				method,
				nth: _,
				times: __,
				...rest
			} = entry.fault;
			Object.assign(effect, rest);
		}
		return effect;
	}
}

function matches(fault: Fault, context: FaultContext): boolean {
	return (
		context.steps.includes(stepOf(fault)) &&
		(fault.repo === undefined || fault.repo === context.repo) &&
		(fault.path === undefined || fault.path === context.path) &&
		(fault.method === undefined || fault.method === context.method)
	);
}

function stepOf(fault: Fault): FaultStep {
	if (fault.on !== undefined) return fault.on;
	return fault.linkedSize !== undefined || fault.redirect !== undefined
		? "resolve"
		: "body";
}
