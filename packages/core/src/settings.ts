/** One key of the configuration, declared by the feature that reads it. */
export type Setting<T> = {
	type: "string" | "number" | "boolean" | "strings" | "table" | "list";
	default: T;
	/** The environment variable that sets it: `LLORCH_…`, or another tool's own. */
	env?: string;
	describe: string;
	/** For numbers: the range that is accepted, both ends included. */
	range?: readonly [number, number];
	/** For strings: the only values that are accepted. */
	choices?: readonly string[];
	/** Checks what the type cannot say; returns what is wrong, as the end of the sentence "KEY must be …". */
	check?: (value: T) => string | undefined;
};

/** A feature's part of the configuration file: `[name]` and its keys. */
export type Section<S> = {
	name: string;
	settings: { readonly [K in keyof S]: Setting<S[K]> };
};

/** Keeps the types of a section's settings. */
export function defineSection<S>(
	name: string,
	settings: { readonly [K in keyof S]: Setting<S[K]> },
): Section<S> {
	return { name, settings };
}
