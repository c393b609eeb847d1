import { closest } from "@llorch/core";
import { formatKeyPath, type KeyPath } from "./key-path.ts";

/** `unknown key "fanuot" (did you mean "fanout"?)`. `siblings` are the names that may stand there, `elsewhere` all declared keys. */
export function describeUnknownKey(
	key: KeyPath,
	siblings: Iterable<string>,
	elsewhere: Iterable<string> = [],
): string {
	const name = String(key.at(-1));
	const near = closest(name, siblings);
	const meant =
		near === undefined
			? [...elsewhere].find((id) => id.endsWith(`.${name}`))
			: formatKeyPath([...key.slice(0, -1), near]);
	const unknown = `unknown key "${formatKeyPath(key)}"`;
	return meant === undefined
		? unknown
		: `${unknown} (did you mean "${meant}"?)`;
}
