import { createHash } from "node:crypto";
import type { Json } from "@llorch/core";

/** The id of a cell: the first 16 hex digits of the SHA-256 of what was asked. The order of keys does not matter, that of lists does. */
export function cellId(asked: Json): string {
	return createHash("sha256")
		.update(stringifyCanonical(asked))
		.digest("hex")
		.slice(0, 16);
}

function stringifyCanonical(value: Json): string {
	return JSON.stringify(value, (_key, inner: Json) =>
		typeof inner === "object" && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(
					Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)),
				)
			: inner,
	);
}
