import { join } from "node:path";
import type { Clock } from "@llorch/core";
import { openStateFile } from "./state-file.ts";

/** What llorch knows of one link in `snapshots/`, or one ref: who of us wants it, and whether we made it. */
export type Placed = {
	/** Names under which it was asked for: catalog ids, `hf:` references. */
	by: string[];
	/** Absent: another tool had made it before. Then deleting it is not our business. */
	made?: boolean;
};

export type PlacedFiles = {
	all(): Promise<Readonly<Record<string, Placed>>>;
	add(path: string, name: string, made: boolean): Promise<void>;
	/** The name needs the path no more. */
	release(path: string, name: string): Promise<void>;
	remove(path: string): Promise<void>;
};

export function openPlaced(stateDir: string, clock: Clock): PlacedFiles {
	const file = openStateFile<Placed>({
		path: join(stateDir, "models", "placed.json"),
		kept: "memory",
		clock,
	});
	return {
		all: file.read,
		add: (path, name, made) =>
			file.update(path, (before) => ({
				by: [...new Set([...(before?.by ?? []), name])].sort(),
				...(made || before?.made ? { made: true } : {}),
			})),
		release: (path, name) =>
			file.update(
				path,
				(before) =>
					before && {
						...before,
						by: before.by.filter((each) => each !== name),
					},
			),
		remove: (path) => file.update(path, () => undefined),
	};
}
