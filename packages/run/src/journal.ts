import { type FileHandle, open, readFile } from "node:fs/promises";
import { type Backlog, type Cell, hasCode, type Outcome } from "@llorch/core";
import { writeFileAtomic } from "./atomic-file.ts";
import { createAppender } from "./group-commit.ts";
import {
	type JournalContent,
	parseJournal,
	stringifyHeader,
	stringifyOutcome,
} from "./journal-format.ts";
import { acquireLock } from "./lock.ts";
import { createPlan } from "./plan.ts";

/** A backlog that survives: every attempt of every cell is a line of a file. */
export type Journal<I, V> = Required<Backlog<I, V>> &
	AsyncDisposable & {
		/** The last word on each cell that has one, of this run and those before it, in plan order. */
		outcomes(): Outcome<V>[];
		/** Writes what is under way and lets go of the file. Further calls do nothing. */
		close(): Promise<void>;
	};

/**
 * Opens or begins the journal of a frozen plan. Cells that have an "ok" row in it are not handed out again, all others are; rows of
 * cells that are not in the plan are left alone. `settle` and `attempted` resolve when the row is on the disk, and pass
 * system errors (ENOSPC …) as they are. A line torn by a crash is cut off. The folder must exist.
 *
 * Throws LLORCH_LOCKED when another process has it open, LLORCH_JOURNAL_INVALID and LLORCH_JOURNAL_TOO_NEW, and a plain
 * `Error` on two cells with one id.
 */
export async function openJournal<I, V>(options: {
	file: string;
	cells: readonly Cell<I>[];
}): Promise<Journal<I, V>> {
	const { file } = options;
	const lock = await acquireLock(`${file}.lock`);
	let handle: FileHandle | undefined;
	try {
		const { outcomes, wholeBytes } = await readOrBegin<V>(file);
		const plan = createPlan(
			options.cells,
			(id) => outcomes.get(id)?.status === "ok",
		);
		const opened = await open(file, "r+");
		handle = opened;
		await opened.truncate(wholeBytes);
		const appender = createAppender(opened, wholeBytes);
		let closing: Promise<void> | undefined;
		const close = () => {
			closing ??= (async () => {
				await appender.idle();
				await opened.close();
				await lock.release();
			})();
			return closing;
		};
		return {
			take: async (blockedLanes) => plan.take(blockedLanes),
			async settle(outcome) {
				await appender.append(stringifyOutcome(outcome, true));
				outcomes.set(outcome.id, outcome);
			},
			attempted: (outcome) => appender.append(stringifyOutcome(outcome, false)),
			outcomes: () => plan.inOrder(outcomes),
			close,
			[Symbol.asyncDispose]: close,
		};
	} catch (error) {
		await handle?.close();
		await lock.release();
		throw error;
	}
}

/** Reads a journal, also one that is being written or was torn. Throws LLORCH_JOURNAL_INVALID and LLORCH_JOURNAL_TOO_NEW. */
export async function readJournal<V>(
	file: string,
): Promise<Omit<JournalContent<V>, "wholeBytes">> {
	const { attempts, outcomes } = parseJournal<V>(await readFile(file), file);
	return { attempts, outcomes };
}

async function readOrBegin<V>(file: string): Promise<JournalContent<V>> {
	const bytes = await readFile(file).catch((error) => {
		if (hasCode(error, "ENOENT")) return Buffer.alloc(0);
		throw error;
	});
	if (bytes.length > 0) return parseJournal<V>(bytes, file);
	await writeFileAtomic(file, stringifyHeader());
	return parseJournal<V>(Buffer.from(stringifyHeader()), file);
}
