/** One environment variable that can set a key. An empty variable counts as not set. */
export type EnvSource<T> = {
	name: string;
	/**
	 * What its text means, where that is not the key's own notation: `NO_COLOR` sets `color` to false by being there.
	 * `undefined`: it says nothing, and the next variable is asked.
	 */
	read?(text: string): T | undefined;
};

/** One key of the configuration, declared by the feature that reads it. */
export type Setting<T> = {
	type:
		| "string"
		| "number"
		/** A number without a fraction. */
		| "integer"
		| "boolean"
		/** A list of strings. */
		| "strings"
		/** Names of the reader's choice, each with a value: `[remote.hosts.mac]`. Files add to each other's tables. */
		| "table"
		/** A list of anything; `check` says of what. */
		| "list";
	/** `undefined`: without a value nothing is assumed. */
	default: T;
	/** The environment variables that set it, first wins: `LLORCH_…`, or another tool's own. Not for tables and lists. */
	env?: string | readonly EnvSource<T>[];
	describe: string;
	/** For numbers: the range that is accepted, both ends included. `Infinity` leaves an end open. */
	range?: readonly [number, number];
	/** For strings: the only values that are accepted. */
	choices?: readonly string[];
	/** For tables: the keys of every entry, if they are fixed. Absent: an entry is any value. */
	entries?: { readonly [key: string]: Setting<unknown> };
	/** Checks what the type cannot say; returns what is wrong, as the end of the sentence "KEY must be …". */
	// A method, so that a list of sections with different types has a type.
	check?(value: T): string | undefined;
};

/** A feature's part of the configuration file: `[name]` and its keys. A name with dots is a table in a table: `fanout.defaults`. */
export type Section<S> = {
	name: string;
	settings: { readonly [K in keyof S]: Setting<S[K]> };
};

/** Any feature's section, where a list of them is kept. */
export type AnySection = Section<Record<string, unknown>>;

/** Keeps the types of a section's settings. */
export function defineSection<S>(
	name: string,
	settings: { readonly [K in keyof S]: Setting<S[K]> },
): Section<S> {
	return { name, settings };
}
