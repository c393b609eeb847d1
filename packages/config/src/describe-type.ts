import type { Setting } from "@llorch/core";

/** What of a setting says which values it accepts. */
export type Accepts = Pick<Setting<unknown>, "type" | "range" | "choices">;

/** What a setting accepts, without an article: `whole number from 1 to 64`, `"auto" or "ssh2"`, `list of strings`. */
export function describeType(setting: Accepts): string {
	switch (setting.type) {
		case "string":
			return setting.choices === undefined
				? "string"
				: listChoices(setting.choices);
		case "number":
			return `number${describeRange(setting.range)}`;
		case "integer":
			return `whole number${describeRange(setting.range)}`;
		case "boolean":
			return "true or false";
		case "strings":
			return setting.choices === undefined
				? "list of strings"
				: `list of ${listChoices(setting.choices)}`;
		default:
			return setting.type;
	}
}

/** The same as the end of "KEY must be …". */
export function describeNeed(setting: Accepts): string {
	const type = describeType(setting);
	return setting.type === "boolean" || type.startsWith('"')
		? type
		: `a ${type}`;
}

function listChoices(choices: readonly string[]): string {
	const quoted = choices.map((choice) => JSON.stringify(choice));
	return quoted.length < 2
		? quoted.join()
		: `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

function describeRange(range: readonly [number, number] | undefined): string {
	if (range === undefined) return "";
	const [least, most] = range;
	if (most === Number.POSITIVE_INFINITY) return ` of at least ${least}`;
	if (least === Number.NEGATIVE_INFINITY) return ` of at most ${most}`;
	return ` from ${least} to ${most}`;
}
