import { join } from "node:path";
import type { Clock } from "@llorch/core";
import { isCommit } from "./layout.ts";
import { openStateFile } from "./state-file.ts";
import type { FileRequest } from "./types.ts";

/** What the hub said about a file the last time it was asked, and what the bytes then proved to be. */
export type Pin = {
	commit: string;
	/** Name of the blob. */
	blob: string;
	/** Bytes. */
	size: number;
	/** There once the file was downloaded whole and verified: from then on it must be this. */
	sha256?: string;
};

export type Pins = {
	find(request: FileRequest): Promise<Pin | undefined>;
	set(request: FileRequest, pin: Pin): Promise<void>;
};

export function openPins(stateDir: string, clock: Clock): Pins {
	const file = openStateFile<Pin>({
		path: join(stateDir, "models", "pins.json"),
		kept: "promise",
		clock,
	});
	const keyOf = ({ repo, revision, path }: FileRequest) =>
		`${repo}/${path}@${revision}`;
	return {
		find: async (request) => (await file.read())[keyOf(request)],
		set: (request, pin) =>
			file.update(keyOf(request), (before) => ({
				...pin,
				// What was verified once stays known when a later download of it only begins.
				...(before?.blob === pin.blob && before.sha256 !== undefined
					? { sha256: before.sha256 }
					: {}),
			})),
	};
}

/** Whether a pin binds later downloads: a commit cannot change, and a branch or tag must not if that was asked for. */
export function isBinding({ revision, pin = false }: FileRequest): boolean {
	return pin || isCommit(revision);
}
