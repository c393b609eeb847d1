import { type Json, redact } from "@llorch/core";
import { isTable, type TomlValue } from "./document.ts";
import { formatKey, formatTomlString } from "./key-path.ts";

const MAX_SHOWN = 60;

/** A value on one line of TOML, tables inline: `["a", { name = "b" }]`. Throws a plain `Error` for null, which TOML has not. */
export function formatTomlValue(value: Json | TomlValue): string {
	if (typeof value === "string") return formatTomlString(value);
	if (typeof value === "number") return formatNumber(value);
	if (typeof value === "boolean") return String(value);
	if (value === null) throw new Error("TOML has no null");
	if (value instanceof Date) return value.toISOString();
	if (Array.isArray(value)) return `[${value.map(formatTomlValue).join(", ")}]`;
	const pairs = Object.entries(value).map(
		([key, member]) => `${formatKey(key)} = ${formatTomlValue(member)}`,
	);
	return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

function formatNumber(value: number): string {
	if (Number.isNaN(value)) return "nan";
	if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
	// Written as an integer, a number past 2^53 would be read back as an error: the digits are not exact any more.
	if (Number.isInteger(value) && !Number.isSafeInteger(value))
		return value.toExponential();
	return String(value);
}

/** A value as a message may show it: short, on one line, without what looks like a secret. */
export function showValue(value: TomlValue): string {
	const text =
		typeof value === "string"
			? formatTomlString(redact(value))
			: redact(formatTomlValue(value));
	return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

/** The value as plain frozen data: dates become their text, tables lose their prototype (a host may be called `constructor`). */
export function freezeValue(value: TomlValue): Json {
	if (value instanceof Date) return value.toISOString();
	if (Array.isArray(value))
		return Object.freeze(value.map(freezeValue)) as Json[];
	if (isTable(value)) {
		const table: { [key: string]: Json } = Object.create(null);
		for (const [key, member] of Object.entries(value))
			table[key] = freezeValue(member);
		return Object.freeze(table);
	}
	return value;
}
