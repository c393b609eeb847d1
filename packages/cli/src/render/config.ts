import type { ConfigEntry, Origin } from "@llorch/config";
import type { Style } from "../app/style.ts";
import { formatTable } from "./table.ts";

/** Settings, one a line: `models.base_dir = ".test-models"`, with their origin where it is asked for. */
export function formatSettings(
	settings: readonly ConfigEntry[],
	{ origin, home, style }: { origin: boolean; home: string; style: Style },
): string {
	const rows = settings.map((entry) => [
		`${entry.section}.${entry.key}`,
		entry.value === undefined ? "" : JSON.stringify(entry.value),
		...(origin ? [formatOrigin(entry.origin, home)] : []),
	]);
	return formatTable(
		["setting", "value", ...(origin ? ["origin"] : [])],
		rows,
		style,
	);
}

function formatOrigin(origin: Origin, home: string): string {
	if (origin.kind === "default") return "default";
	if ("name" in origin) return origin.name;
	const line = origin.line === undefined ? "" : `:${origin.line}`;
	return `${shortPath(origin.path, home)}${line}`;
}

/** A path below HOME with `~`. */
export function shortPath(path: string, home: string): string {
	return path === home || path.startsWith(`${home}/`)
		? `~${path.slice(home.length)}`
		: path;
}
