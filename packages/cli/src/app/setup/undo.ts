import {
	lstat,
	readdir,
	readFile,
	readlink,
	rm,
	rmdir,
	unlink,
} from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "@llorch/core";
import { writeFileAtomic } from "@llorch/run";
import type { App } from "../app.ts";
import { exists } from "./exists.ts";
import { isOurs, LINE_MARK, type Made, openRecord } from "./record.ts";
import { lockSetup, setupStateFolder } from "./setup.ts";
import type { UndoReport } from "./types.ts";

/** What was made on this machine, as it was recorded, the latest first. */
export async function planUndo(app: App): Promise<readonly Made[]> {
	const { made } = await openRecord(setupStateFolder(app));
	return made.toReversed();
}

/**
 * Takes back what `dev setup` made on this machine, the latest first. What somebody has changed since, or put something into, stays
 * and is named; what could not be taken away is tried again by the next undo. Submodules stay: they may hold work. Throws
 * LLORCH_LOCKED while a setup runs.
 */
export async function undoSetup(app: App): Promise<UndoReport> {
	const folder = setupStateFolder(app);
	if (!(await exists(folder))) return { removed: [], kept: [] };
	await using _lock = await lockSetup(folder);
	const recorder = await openRecord(folder);
	const report: UndoReport = { removed: [], kept: [] };
	const failed: Made[] = [];
	/** They stay for what is in them: something that will be gone the next time, perhaps. */
	const filled: Made[] = [];
	for (const made of recorder.made.toReversed()) {
		app.signal.throwIfAborted();
		const name = made.kind === "model" ? made.id : made.path;
		try {
			const reason = await TAKE_BACK[made.kind](
				made as never,
				app,
				recorder.made,
			);
			if (reason === true) report.removed.push(name);
			else if (reason !== false) {
				report.kept.push({ path: name, reason });
				if (reason === FILLED) filled.push(made);
			}
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			report.kept.push({ path: name, reason, failed: true });
			failed.push(made);
		}
	}
	await recorder.keep(failed.length === 0 ? [] : [...filled, ...failed]);
	return report;
}

/** `true`: it is gone now. `false`: it was not there. A text: it stays, and why. */
type Taken = boolean | string;

const FILLED = "something else is in it";

const TAKE_BACK: {
	[K in Made["kind"]]: (
		made: Extract<Made, { kind: K }>,
		app: App,
		all: readonly Made[],
	) => Promise<Taken>;
} = {
	async file({ path }, _app, all) {
		const text = await readIfThere(path, "utf8");
		if (text === undefined) return false;
		if (!isOurs(all, path, text)) return "it was changed since";
		await unlink(path);
		return true;
	},
	async link({ path, target }) {
		if (!(await exists(path))) return false;
		if ((await readlink(path).catch(() => "")) !== target)
			return "it leads somewhere else now";
		await unlink(path);
		return true;
	},
	async line({ path, text, created }) {
		// One character a byte: the file may be in any encoding.
		const now = await readIfThere(path, "latin1");
		if (now === undefined) return false;
		const line = Buffer.from(text.trim()).toString("latin1");
		const lines = now.split("\n");
		const at = lines.indexOf(line);
		if (at < 0)
			return (
				lines.some((each) => each.includes(LINE_MARK)) &&
				"its line of dev setup was changed since"
			);
		lines.splice(at, 1);
		// It was the last line, and the one before had no end.
		if (text.startsWith("\n") && at === lines.length - 1 && lines[at] === "")
			lines.pop();
		const rest = Buffer.from(lines.join("\n"), "latin1");
		if (rest.length === 0 && created) await unlink(path);
		else await writeFileAtomic(path, rest);
		return true;
	},
	async folder({ path }) {
		if (!(await exists(path))) return false;
		if ((await readdir(path)).length > 0) return FILLED;
		await rmdir(path);
		return true;
	},
	async tree({ path }) {
		if (!(await exists(path))) return false;
		await rm(path, { recursive: true });
		return true;
	},
	async model({ id }, app) {
		const catalog = await app.catalog();
		const plan = await catalog.planDelete([id]);
		if (plan.empty) return false;
		await catalog.applyDelete(plan);
		return true;
	},
	async leftovers({ path }) {
		if (!(await exists(path))) return false;
		if (!(await holdsOnlyLeftovers(path))) return FILLED;
		await rm(path, { recursive: true });
		return true;
	},
};

async function readIfThere(
	path: string,
	encoding: BufferEncoding,
): Promise<string | undefined> {
	return readFile(path, encoding).catch((error) => {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
		throw error;
	});
}

/** What the model store writes about itself; beside each, a kill can leave a lock and what was just being written. */
const LEFTOVER = /^\.?(CACHEDIR\.TAG|(digests|pins|placed)\.json)(\.|$)/;

async function holdsOnlyLeftovers(path: string): Promise<boolean> {
	for (const name of await readdir(path)) {
		const inside = join(path, name);
		const stats = await lstat(inside);
		const ours = stats.isDirectory()
			? await holdsOnlyLeftovers(inside)
			: LEFTOVER.test(name);
		if (!ours) return false;
	}
	return true;
}

/** What stands in the question before an undo. */
export function describeMade(made: readonly Made[]): string[] {
	return made.flatMap((entry) => {
		switch (entry.kind) {
			case "model":
				return [`the model ${entry.id}`];
			case "line":
				return [`a line in ${entry.path}`];
			case "tree":
				return [`${entry.path}, with every plugin of llm's in it`];
			case "folder":
			case "leftovers":
				return [];
			default:
				return entry.path.endsWith(".new") ? [] : [entry.path];
		}
	});
}
