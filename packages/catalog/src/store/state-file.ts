import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Clock, hasCode, LlorchError, quotePosix } from "@llorch/core";
import {
	acquireLock,
	inStateFolder,
	makeFolders,
	writeFileAtomic,
} from "@llorch/run";

/** A small table that llorch keeps for itself: JSON with a version, replaced whole, safe with several processes at once. */
export type StateFile<V> = {
	/** By key. What another process writes later is not in it. */
	read(): Promise<Readonly<Record<string, V>>>;
	/**
	 * Changes one entry, or removes it when `change` returns undefined. Nothing is written when it is returned as it was.
	 * `change` may be called several times, and must have no other effect.
	 */
	update(
		key: string,
		change: (entry: V | undefined) => V | undefined,
	): Promise<void>;
};

const VERSION = 1;

/**
 * @param kept `memory`: only saves work, so what cannot be read counts as empty; `promise`: others rely on it, so then
 * LLORCH_STATE_UNREADABLE is thrown. Of both the system may refuse the folder: LLORCH_STATE_UNWRITABLE
 */
export function openStateFile<V>(options: {
	path: string;
	kept: "memory" | "promise";
	clock: Clock;
}): StateFile<V> {
	const { path, kept, clock } = options;
	const folder = dirname(path);
	type Table = { version: number; entries: Record<string, V> };
	const nothing = (): Table => ({ version: VERSION, entries: {} });

	async function parse(): Promise<Table | "newer" | "damaged"> {
		try {
			const value = JSON.parse(await readFile(path, "utf8")) as Partial<Table>;
			if (Number(value?.version) > VERSION) return "newer";
			return value?.version === VERSION && typeof value.entries === "object"
				? (value as Table)
				: "damaged";
		} catch (error) {
			if (hasCode(error, "ENOENT")) return nothing();
			if (error instanceof SyntaxError) return "damaged";
			throw error;
		}
	}
	/** Undefined for a newer llorch's memory, which is left to it. */
	async function load(): Promise<Table | undefined> {
		const table = await parse();
		if (typeof table === "object") return table;
		if (kept === "memory") return table === "newer" ? undefined : nothing();
		throw new LlorchError(
			"LLORCH_STATE_UNREADABLE",
			table === "newer"
				? `${path} was written by a newer llorch`
				: `${path} is damaged`,
			{
				hint: `${table === "newer" ? "Use the newer llorch, or move" : "Move"} the file away: ${quotePosix(["mv", path, `${path}.old`])} (then what models are pinned to is forgotten).`,
				details: { path },
			},
		);
	}
	async function update(
		key: string,
		change: (entry: V | undefined) => V | undefined,
	): Promise<void> {
		const isSame = (before: V | undefined) =>
			JSON.stringify(change(before)) === JSON.stringify(before);
		// Mostly there is nothing to do, and a lock takes longer than a look.
		if (isSame((await load())?.entries[key])) return;
		await makeFolders(folder);
		await using _lock = await acquireLock(`${path}.lock`, {
			wait: true,
			clock,
		});
		const table = await load();
		if (table === undefined) return;
		const before = table.entries[key];
		if (isSame(before)) return;
		const after = change(before);
		if (after === undefined) delete table.entries[key];
		else table.entries[key] = after;
		await writeFileAtomic(path, `${JSON.stringify(table, null, "\t")}\n`);
	}
	return {
		read: async () => (await inStateFolder(folder, load))?.entries ?? {},
		update: (key, change) => inStateFolder(folder, () => update(key, change)),
	};
}
