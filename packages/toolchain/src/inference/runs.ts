import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorInfo, hasCode } from "@llorch/core";
import {
	acquireLock,
	isLocked,
	makeFolders,
	writeFileAtomic,
} from "@llorch/run";
import type { Backend } from "../settings.ts";
import { lastLines } from "./last-lines.ts";

/** What is kept of one `test inference`. */
export type InferenceRecord = {
	version: 1;
	/** `2026-01-02T03-04-05Z-cpu`; names of runs sort by time. */
	id: string;
	backend: Backend;
	/** ISO 8601, UTC. */
	startedAt: string;
	/** `killed`: its llorch is gone and could not say how it ended. Found out by who reads it, never written. */
	status: "running" | "ok" | "failed" | "killed";
	binary: string;
	model: string;
	port: number;
	prompt: string;
	error?: ErrorInfo;
};

/** The folder of one run. */
export type RunFolder = {
	id: string;
	/** What the worker said. */
	log: string;
	/** What it answered, as far as it came. */
	response: string;
	write(record: InferenceRecord): Promise<void>;
	/** Nobody works in it any more. */
	close(): Promise<void>;
};

const LOG = "worker.log";
const RESPONSE = "response.txt";
const RECORD = "run.json";
/** Held as long as the run's llorch lives. */
const LOCK = "run.lock";
const KEPT = 20;

/** Opens a folder for a run, readable for its owner only, and lets go of all but the last 20. */
export async function openRunFolder(
	folder: string,
	startedAt: number,
	backend: Backend,
): Promise<RunFolder> {
	await makeFolders(folder, { mode: 0o700 });
	const stamp = `${new Date(startedAt).toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
	const id = await makeUnique(folder, `${stamp}-${backend}`);
	await prune(folder);
	const path = join(folder, id);
	const lock = await acquireLock(join(path, LOCK));
	return {
		id,
		log: join(path, LOG),
		response: join(path, RESPONSE),
		write: (record) =>
			writeFileAtomic(
				join(path, RECORD),
				`${JSON.stringify(record, undefined, "\t")}\n`,
				{ mode: 0o600 },
			),
		close: lock.release,
	};
}

async function makeUnique(folder: string, name: string): Promise<string> {
	for (let number = 1; ; number++) {
		const id = number === 1 ? name : `${name}-${number}`;
		try {
			await mkdir(join(folder, id), { mode: 0o700 });
			return id;
		} catch (error) {
			if (!hasCode(error, "EEXIST")) throw error;
		}
	}
}

async function prune(folder: string): Promise<void> {
	for (const id of (await listIds(folder)).slice(KEPT))
		await rm(join(folder, id), { recursive: true, force: true });
}

/** One run, as `test logs` shows it. */
export type LoggedRun = {
	/** Absent when the run was killed before it wrote one, or a newer llorch wrote it. */
	record?: InferenceRecord;
	id: string;
	/** Path of the worker's log. */
	log: string;
	/** Its last lines. */
	tail: string[];
	/** The whole answer, as far as it came. */
	response: string;
};

export type LogsRequest = {
	backend?: Backend | undefined;
	/** How many runs, the latest first. */
	runs: number;
	/** Last lines of each log. */
	lines: number;
};

/** The latest runs. A folder that is not there holds none. */
export async function readRuns(
	folder: string,
	request: LogsRequest,
): Promise<LoggedRun[]> {
	const ids = (await listIds(folder)).filter(
		(id) =>
			request.backend === undefined ||
			new RegExp(`-${request.backend}(-\\d+)?$`).test(id),
	);
	return Promise.all(
		ids.slice(0, request.runs).map(async (id) => {
			const path = join(folder, id);
			const text = await readIfThere(join(path, LOG));
			const record = await readRecord(path);
			return {
				...(record === undefined ? {} : { record }),
				id,
				log: join(path, LOG),
				tail: lastLines(text, request.lines),
				response: await readIfThere(join(path, RESPONSE)),
			};
		}),
	);
}

/** The latest first. */
async function listIds(folder: string): Promise<string[]> {
	const names = await readdir(folder).catch(() => []);
	return names
		.filter((name) => /^\d{4}-\d\d-\d\dT/.test(name))
		.sort(byTime)
		.reverse();
}

/** Runs of the same second and backend are numbered. */
function byTime(left: string, right: string): number {
	return left.localeCompare(right, "en", { numeric: true });
}

async function readRecord(path: string): Promise<InferenceRecord | undefined> {
	// The lock first: a run that ends between the two looks has written how.
	const lives = await isLocked(join(path, LOCK));
	const record = parseRecord(await readIfThere(join(path, RECORD)));
	return record?.status === "running" && !lives
		? { ...record, status: "killed" }
		: record;
}

function parseRecord(text: string): InferenceRecord | undefined {
	try {
		const record = JSON.parse(text);
		return record.version === 1 ? record : undefined;
	} catch {
		return undefined;
	}
}

async function readIfThere(path: string): Promise<string> {
	return readFile(path, "utf8").catch(() => "");
}
