import { constants } from "node:fs";
import { copyFile, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import {
	type Clock,
	type CommandRunner,
	capture,
	formatRunResult,
	hasCode,
	LlorchError,
	succeeded,
} from "@llorch/core";
import { makeFolders } from "@llorch/run";
import type { LlmInstallation } from "../installation.ts";
import { llmMigrateSpec } from "../specs.ts";
import type { LlmTurn } from "../turns.ts";
import { type Merged, mergeDatabases } from "./merge-databases.ts";
import { readTurns } from "./read-turns.ts";
import { whileLocked } from "./sqlite.ts";
import { writeTemplate } from "./template.ts";

/**
 * The databases that the calls of one run log to, one for each call, in a folder of their own.
 *
 * Calls of llm that share one log database lose rows, and with `--json` whole answers: SQLite tells all but one of them
 * that it is locked. So every call gets a copy of one empty, migrated database, and one writer carries the rows into
 * llm's own log when the calls are done. The files stay until then, so that a run that is killed loses none.
 */
export type CallLogs = {
	/** Where the call with this name logs to. A name that was used before is started afresh. */
	open(name: string): Promise<string>;
	/** Where that would be. */
	pathOf(name: string): string;
	/** What the call with this name logged. A file that cannot be read counts as empty. */
	read(name: string): Promise<LlmTurn[]>;
};

export type LogsContext = {
	/** Where llm itself is run, to bring its log database up to date. */
	runner: CommandRunner;
	llm: LlmInstallation;
	clock: Clock;
	signal: AbortSignal;
	/** Milliseconds to wait for a log that somebody else holds; 10 seconds by default. */
	patienceMs?: number;
};

const TEMPLATE = ".template.db";

/**
 * Prepares `folder` for the calls of a run. llm is started only when its log database does not exist yet.
 * @param looksUp the words name stored fragments or schemas (`inspectLlmWords`)
 * @throws LLORCH_LLM_LOGS_UNUSABLE, and system errors of the folder
 */
export async function openCallLogs(
	folder: string,
	{ looksUp, ...context }: LogsContext & { looksUp: boolean },
): Promise<CallLogs> {
	const template = join(folder, TEMPLATE);
	if (!(await isThere(context.llm.database))) await migrate(context);
	await makeFolders(folder);
	await whileLocked(context.llm.database, context, async () => {
		await rm(template, { force: true });
		await writeTemplate(context.llm.database, template, { looksUp });
	});
	const pathOf = (name: string) => join(folder, `${name}.db`);
	return {
		pathOf,
		async open(name) {
			// A copy cut off by a full disk or a kill never bears a name that is merged later.
			const unfinished = `${pathOf(name)}.tmp`;
			await copyFile(template, unfinished, constants.COPYFILE_FICLONE);
			await rename(unfinished, pathOf(name));
			return pathOf(name);
		},
		read: (name) => readTurns(pathOf(name)).catch(() => []),
	};
}

/**
 * Carries what the calls logged into llm's log and removes the folder, also long after the run. Doing it twice adds
 * nothing twice. What could not be carried stays, with its files, for the next time.
 * @param into false when nothing shall be logged: the files are only removed
 * @throws LLORCH_LLM_LOGS_UNUSABLE, and the signal's reason
 */
export async function closeCallLogs(
	folder: string,
	{ into, ...context }: LogsContext & { into: boolean },
): Promise<Merged> {
	const files = await pendingFiles(folder);
	const merged =
		into && files.length > 0
			? await mergeDatabases(files, {
					...context,
					migrate: () => migrate(context),
				})
			: { turns: 0 };
	for (const file of files) await removeDatabase(file);
	await rm(folder, { recursive: true, force: true });
	return merged;
}

/** True when a folder holds rows that were not carried over: its run was killed, or llm's log was not to be had. */
export async function hasPendingLogs(folder: string): Promise<boolean> {
	return (await pendingFiles(folder)).length > 0;
}

async function pendingFiles(folder: string): Promise<string[]> {
	try {
		return (await readdir(folder))
			.filter((name) => name.endsWith(".db") && name !== TEMPLATE)
			.sort()
			.map((name) => join(folder, name));
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
		throw error;
	}
}

async function removeDatabase(file: string): Promise<void> {
	await unlink(file);
	await rm(`${file}-journal`, { force: true });
}

async function migrate({ runner, llm, signal }: LogsContext): Promise<void> {
	const { result, stderr } = await capture(
		runner,
		llmMigrateSpec(llm.command),
		{ signal },
	);
	signal.throwIfAborted();
	if (!succeeded(result))
		throw new LlorchError(
			"LLORCH_LLM_LOGS_UNUSABLE",
			`llm could not prepare its log database ${llm.database}: ${stderr.trim().split("\n").at(-1) || formatRunResult(result)}`,
			{ details: { path: llm.database } },
		);
}

async function isThere(database: string): Promise<boolean> {
	try {
		return (await stat(database)).size > 0;
	} catch (error) {
		if (hasCode(error, "ENOENT")) return false;
		throw new LlorchError(
			"LLORCH_LLM_LOGS_UNUSABLE",
			`llm's log database ${database} cannot be reached: ${(error as Error).message}`,
			{ cause: error, details: { path: database } },
		);
	}
}
