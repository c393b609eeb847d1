import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, LlorchError } from "@llorch/core";
import { makeFolders } from "@llorch/run";

/** The names in a run's folder. */
export const names = {
	journal: "journal.ndjson",
	results: "results.jsonl",
	answers: "results",
	/** Only while the run goes on, or when its log rows could not be handed over. */
	logs: "llm-logs",
} as const;

/** What a run that starts now is called: `2026-11-21T08-12-33Z`. A colon would trouble `scp`, `rsync` and other file systems. */
export function runName(startedAt: number): string {
	return `${new Date(startedAt).toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
}

/**
 * Makes the folder of a new run in `outdir`. Two runs that start in the same second get two folders.
 * @throws LLORCH_FANOUT_OUTDIR_UNUSABLE
 */
export async function makeRunFolder(
	outdir: string,
	startedAt: number,
): Promise<string> {
	return withOutdir(outdir, async () => {
		await makeFolders(outdir);
		for (let number = 1; ; number++) {
			const name = runName(startedAt) + (number === 1 ? "" : `-${number}`);
			try {
				await mkdir(join(outdir, name));
			} catch (error) {
				if (hasCode(error, "EEXIST")) continue;
				throw error;
			}
			await mkdir(join(outdir, name, names.answers));
			return join(outdir, name);
		}
	});
}

// What a disk or its owner can say no with (errno(3)).
const DISK_ERRORS = [
	"EACCES",
	"EDQUOT",
	"EEXIST",
	"EFBIG",
	"EIO",
	"ENAMETOOLONG",
	"ENOENT",
	"ENOSPC",
	"ENOTDIR",
	"EPERM",
	"EROFS",
	"ESTALE",
];

/** Tells of a disk that is full or not ours as an error of the run's folder, and passes all others. */
export async function withOutdir<T>(
	folder: string,
	work: () => Promise<T>,
): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw explainOutdir(folder, error);
	}
}

/** The same for an error that was caught elsewhere. */
export function explainOutdir(folder: string, error: unknown): unknown {
	if (!hasCode(error, ...DISK_ERRORS)) return error;
	return new LlorchError(
		"LLORCH_FANOUT_OUTDIR_UNUSABLE",
		`the run's artifacts cannot be kept in ${folder}: ${error.message}`,
		{
			hint: "Name another folder with --outdir.",
			cause: error,
			details: { path: folder },
		},
	);
}
