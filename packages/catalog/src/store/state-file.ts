import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Clock, hasCode, LlorchError } from "@llorch/core";
import { acquireLock, writeFileAtomic } from "@llorch/run";

/** A small table that llorch keeps for itself: JSON with a version, replaced whole, safe with several processes at once. */
export type StateFile<V> = {
	/** By key. What another process writes later is not in it. */
	read(): Promise<Readonly<Record<string, V>>>;
	/** Changes one entry, or removes it when `change` returns undefined. Nothing is written when it is returned as it was. */
	update(
		key: string,
		change: (entry: V | undefined) => V | undefined,
	): Promise<void>;
};

const VERSION = 1;

/**
 * @param kept `memory`: only saves work, so what cannot be read counts as empty; `promise`: others rely on it, so then
 * LLORCH_STATE_UNREADABLE is thrown
 */
export function openStateFile<V>(options: {
	path: string;
	kept: "memory" | "promise";
	clock: Clock;
}): StateFile<V> {
	const { path, kept, clock } = options;
	type Table = { version: number; entries: Record<string, V> };

	/** `undefined`: of a newer llorch, or damaged. */
	async function load(): Promise<Table | undefined> {
		try {
			const value = JSON.parse(await readFile(path, "utf8")) as Partial<Table>;
			return value?.version === VERSION && typeof value.entries === "object"
				? (value as Table)
				: undefined;
		} catch (error) {
			if (hasCode(error, "ENOENT")) return { version: VERSION, entries: {} };
			if (error instanceof SyntaxError) return undefined;
			throw error;
		}
	}
	async function loadOrExplain(): Promise<Table | undefined> {
		const table = await load();
		if (table !== undefined || kept === "memory") return table;
		throw new LlorchError(
			"LLORCH_STATE_UNREADABLE",
			`${path} was written by a newer llorch, or is damaged`,
			{
				hint: `Use the newer llorch; or move the file away: mv '${path}' '${path}.old' (then what models are pinned to is forgotten).`,
				details: { path },
			},
		);
	}
	return {
		read: async () => (await loadOrExplain())?.entries ?? {},
		async update(key, change) {
			await mkdir(dirname(path), { recursive: true });
			const lock = await acquireLock(`${path}.lock`, { wait: true, clock });
			try {
				const table = await loadOrExplain();
				// A newer llorch's memory is left to it.
				if (table === undefined) return;
				const before = table.entries[key];
				const after = change(before);
				if (JSON.stringify(after) === JSON.stringify(before)) return;
				if (after === undefined) delete table.entries[key];
				else table.entries[key] = after;
				await writeFileAtomic(path, `${JSON.stringify(table, null, "\t")}\n`);
			} finally {
				await lock.release();
			}
		},
	};
}
