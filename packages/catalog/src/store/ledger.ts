import { join } from "node:path";
import type { Clock } from "@llorch/core";
import { type FileIdentity, isUnchanged } from "./file-identity.ts";
import { openStateFile } from "./state-file.ts";

export type Digests = {
	/** 64 hex digits. */
	sha256: string;
	/** 40 hex digits: the id git gives a blob with these bytes. Only worked out for files that git itself holds. */
	gitSha1?: string;
};

/**
 * Digests of files that were hashed before. An entry counts as long as device, inode, size and time of the last change are
 * those of the hashing, wherever the file has been moved or linked to since.
 */
export type Ledger = {
	lookUp(identity: FileIdentity): Promise<Digests | undefined>;
	note(path: string, identity: FileIdentity, digests: Digests): Promise<void>;
	forget(identity: FileIdentity): Promise<void>;
};

type Entry = FileIdentity & { path: string; digests: Digests };

export function openLedger(stateDir: string, clock: Clock): Ledger {
	const file = openStateFile<Entry>({
		path: join(stateDir, "models", "digests.json"),
		kept: "memory",
		clock,
	});
	const keyOf = ({ device, inode }: FileIdentity) => `${device}:${inode}`;
	return {
		async lookUp(identity) {
			const entry = (await file.read())[keyOf(identity)];
			return entry !== undefined && isUnchanged(entry, identity)
				? entry.digests
				: undefined;
		},
		note: (path, identity, digests) =>
			file.update(keyOf(identity), () => ({ path, ...identity, digests })),
		forget: (identity) => file.update(keyOf(identity), () => undefined),
	};
}
