import type { Json } from "./json.ts";

/** A failure as data: it travels in `--json`, in rows, and over the wire. */
export type ErrorInfo = {
	/** `LLORCH_DIGEST_MISMATCH`; the table it stands in gives title and exit code. Never reused. */
	code: string;
	message: string;
	hint?: string;
	/** The next command as llorch's own argv, so that it can be parsed in a test and prefixed with `--remote mac`. */
	run?: readonly string[];
	details?: { [key: string]: Json };
	host?: string;
	cause?: ErrorInfo;
};

/** Each feature declares its codes beside its code. */
export type ErrorTable = Readonly<
	Record<`LLORCH_${string}`, { exit: number; title: string }>
>;

/** Keeps the literal code names of a feature's table. */
export function defineErrors<T extends ErrorTable>(table: T): T {
	return table;
}

/** What the code of an `ErrorInfo` adds to it. */
export type ErrorExtras = {
	hint?: string;
	run?: readonly string[];
	details?: { [key: string]: Json };
	host?: string;
	cause?: unknown;
};

/** The one error type that means "expected, and explained". Anything else that is thrown is a bug (exit 70). */
export class LlorchError extends Error {
	override readonly name = "LlorchError";
	readonly info: ErrorInfo;

	constructor(
		code: `LLORCH_${string}`,
		message: string,
		extras: ErrorExtras = {},
	) {
		super(
			message,
			extras.cause === undefined ? undefined : { cause: extras.cause },
		);
		const { cause, ...rest } = extras;
		this.info = {
			code,
			message,
			...rest,
			...(cause === undefined ? {} : { cause: causeInfo(cause) }),
		};
	}

	/** The same failure, told by a host: used for what arrived as data. */
	static from(info: ErrorInfo): LlorchError {
		const { code, message, ...rest } = info;
		const error = new LlorchError(code as `LLORCH_${string}`, message);
		Object.assign(error.info, rest);
		return error;
	}
}

/** Anything thrown, as data. What is not a `LlorchError` gets the code LLORCH_BUG. */
export function toErrorInfo(error: unknown): ErrorInfo {
	if (error instanceof LlorchError) return error.info;
	if (error instanceof Error) {
		const code = "code" in error ? String(error.code) : undefined;
		return {
			code: "LLORCH_BUG",
			message: error.message || error.name,
			details: {
				name: error.name,
				...(code === undefined ? {} : { code }),
				...(error.stack === undefined ? {} : { stack: error.stack }),
			},
			...(error.cause === undefined ? {} : { cause: causeInfo(error.cause) }),
		};
	}
	return { code: "LLORCH_BUG", message: String(error) };
}

/** What was behind a failure: of a system error its own code and words (`ENOSPC`), no stack. */
function causeInfo(cause: unknown): ErrorInfo {
	if (cause instanceof LlorchError) return cause.info;
	if (!(cause instanceof Error))
		return { code: "LLORCH_BUG", message: String(cause) };
	const code = "code" in cause ? String(cause.code) : cause.name;
	return { code, message: cause.message || cause.name };
}

/** What the system refused: a file, a process, a connection. */
export function isSystemError(
	error: unknown,
): error is Error & { code: string } {
	return error instanceof Error && "code" in error && "syscall" in error;
}

/** True for a system error (`ENOENT`, `ENOSPC`, …) with one of these codes. */
export function hasCode(
	error: unknown,
	...codes: readonly string[]
): error is NodeJS.ErrnoException {
	return (
		error instanceof Error &&
		"code" in error &&
		codes.includes(String(error.code))
	);
}

/** Failures that belong to no feature. Exit codes: 128+n for signals as shells report them, 70 from sysexits.h (EX_SOFTWARE). */
export const coreErrors = defineErrors({
	LLORCH_BUG: { exit: 70, title: "A bug in llorch" },
	LLORCH_USAGE: { exit: 2, title: "The command line could not be understood" },
	LLORCH_NEEDS_ANSWER: {
		exit: 2,
		title: "A question had to be asked and nobody could be asked",
	},
	LLORCH_DECLINED: { exit: 1, title: "The question was answered with no" },
	LLORCH_INTERRUPTED: { exit: 130, title: "Interrupted with Ctrl-C" },
	LLORCH_TERMINATED: { exit: 143, title: "Terminated by a signal" },
	LLORCH_HUNG_UP: { exit: 129, title: "The terminal went away" },
	LLORCH_OUTPUT_CLOSED: { exit: 141, title: "The reader of our output left" },
	LLORCH_OUTPUT_FAILED: { exit: 1, title: "The output could not be written" },
	LLORCH_SOME_FAILED: { exit: 6, title: "Some of many failed" },
	LLORCH_ALL_FAILED: { exit: 1, title: "Every one of many failed" },
});
