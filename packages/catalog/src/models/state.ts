import { stat } from "node:fs/promises";
import type { Inspection, Store } from "../store/types.ts";
import type { Target } from "./target.ts";

/**
 * How much of a model is on this disk. `ready`: all of it, and hashed; `unchecked`: all of it, but some file was never
 * hashed by llorch; `found`: files at the old places that a download would check and use; `partial`: some of it;
 * `damaged`: a file that is not what it must be; `absent`: nothing;
 * `unreadable`: the system does not let us look.
 */
export type ModelState =
	| "ready"
	| "unchecked"
	| "found"
	| "partial"
	| "damaged"
	| "absent"
	| "unreadable";

/** States in which a program could use the model. */
export const USABLE: ReadonlySet<ModelState> = new Set(["ready", "unchecked"]);

export type TargetState = {
	state: ModelState;
	/** In the cache, partials included. */
	bytes: number;
	/** At the old places: files that a download would take over. */
	ownBytes: number;
	files: readonly Inspection[];
};

/** Looks at a target's files without network and without hashing. */
export async function inspectTarget(
	store: Store,
	{ requests }: Target,
): Promise<TargetState> {
	const files = await Promise.all(
		requests.map((request) => store.inspect(request)),
	);
	let ownBytes = 0;
	for (const { adoptable } of files) {
		if (adoptable === undefined) continue;
		ownBytes += (await stat(adoptable).catch(() => undefined))?.size ?? 0;
	}
	const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
	return { state: summarize(files), bytes, ownBytes, files };
}

/** What keeps us from looking at the files: folders, each once. */
export function unreadableAmong(files: readonly Inspection[]): string[] {
	return [
		...new Set(
			files.flatMap(({ why }) =>
				why === undefined ? [] : [String(why.details?.path)],
			),
		),
	];
}

function summarize(files: readonly Inspection[]): ModelState {
	const all = (test: (file: Inspection) => boolean) => files.every(test);
	if (files.some(({ state }) => state === "wrong")) return "damaged";
	if (files.some(({ state }) => state === "unreadable")) return "unreadable";
	if (all(({ state }) => state === "verified")) return "ready";
	const there = ({ state }: Inspection) =>
		state === "verified" || state === "unhashed";
	if (all(there)) return "unchecked";
	if (all((file) => there(file) || file.adoptable !== undefined))
		return "found";
	return all(
		({ state, adoptable }) => state === "absent" && adoptable === undefined,
	)
		? "absent"
		: "partial";
}
