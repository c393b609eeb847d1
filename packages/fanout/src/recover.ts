import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
	type ErrorInfo,
	hasCode,
	LlorchError,
	toErrorInfo,
} from "@llorch/core";
import { closeCallLogs, hasPendingLogs, type LogsContext } from "@llorch/llm";
import { openJournal } from "@llorch/run";
import type { FanoutAnswer } from "./answer.ts";
import { gatherAnswers, writeResults } from "./finish.ts";
import { cellsOf, readManifest } from "./manifest.ts";
import { type FanoutInput, shallLog } from "./plan.ts";
import { names } from "./run-folder.ts";

/** What became of a run that somebody had killed. */
export type Recovered = { folder: string } & (
	| { loggedTurns: number }
	| { error: ErrorInfo }
);

/**
 * Puts runs in `outdir` in order that ended without doing so themselves (`kill -9`, a power cut): writes their
 * results.jsonl, and hands over the log rows of their calls. Runs that still go on, and all else in there, are left alone.
 * Throws only when `outdir` cannot be listed.
 */
export async function recoverRuns(
	outdir: string,
	context: LogsContext,
): Promise<Recovered[]> {
	const recovered: Recovered[] = [];
	for (const name of await listFolders(outdir)) {
		const folder = join(outdir, name);
		try {
			if (!(await hasPendingLogs(join(folder, names.logs)))) continue;
			const loggedTurns = await recoverRun(folder, context);
			if (loggedTurns !== undefined) recovered.push({ folder, loggedTurns });
		} catch (error) {
			// An old run that cannot be mended is no reason against a new one.
			recovered.push({ folder, error: toErrorInfo(error) });
		}
	}
	return recovered;
}

async function recoverRun(
	folder: string,
	context: LogsContext,
): Promise<number | undefined> {
	const manifest = await readManifest(folder);
	if (manifest === undefined) return undefined;
	const cells = cellsOf(manifest);
	const journal = await openJournal<FanoutInput, FanoutAnswer>({
		file: join(folder, names.journal),
		cells,
	}).catch((error) => {
		// Held by the run itself, which goes on.
		if (isCode(error, "LLORCH_LOCKED")) return undefined;
		throw error;
	});
	if (journal === undefined) return undefined;
	try {
		if (!(await exists(join(folder, names.results))))
			await writeResults(
				folder,
				await gatherAnswers(folder, cells, journal.outcomes()),
			);
		const { turns } = await closeCallLogs(join(folder, names.logs), {
			...context,
			into: shallLog(manifest.plan, context.llm),
		});
		return turns;
	} finally {
		await journal.close();
	}
}

async function listFolders(outdir: string): Promise<string[]> {
	try {
		return (await readdir(outdir)).sort();
	} catch (error) {
		if (hasCode(error, "ENOENT")) return [];
		throw error;
	}
}

async function exists(path: string): Promise<boolean> {
	try {
		await stat(path);
		return true;
	} catch (error) {
		if (hasCode(error, "ENOENT")) return false;
		throw error;
	}
}

function isCode(error: unknown, code: string): boolean {
	return error instanceof LlorchError && error.info.code === code;
}
