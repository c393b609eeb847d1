import {
	type Cell,
	type ErrorInfo,
	formatBytes,
	LlorchError,
	type Outcome,
	type Work,
} from "@llorch/core";
import { cellId, memoryBacklog, runCells } from "@llorch/run";
import { isAway } from "../store/ask-hub.ts";
import { labelOf } from "../store/expected.ts";
import type {
	FileRequest,
	Inspection,
	Store,
	StoredFile,
} from "../store/types.ts";
import { makeBaseFolder, removeBaseFolder } from "./base-folder.ts";
import { tellAfter, tellBefore } from "./notes.ts";
import type { Cancel, CatalogOptions } from "./options.ts";
import { commonPlace } from "./place.ts";
import { inspectTarget, type TargetState } from "./state.ts";
import { findTargets, nameOf, type Target } from "./target.ts";
import { worstError } from "./worst-error.ts";

/** How one model ended. */
export type DownloadedModel = {
	/** As it was named: an id, or `hf:org/repo/file`. */
	name: string;
	/** `present`: it was here already, and nothing was fetched. */
	status: "downloaded" | "present" | "failed";
	/** Bytes of its files that are here now. */
	bytes: number;
	/** Where a program finds it: its one file, or the folder of its files. Absent when it is not complete. */
	path?: string;
	files: StoredFile[];
	/** Why the catalog's entry is not to be taken at its word. */
	unverified?: string;
	error?: ErrorInfo;
};

export type Downloads = {
	downloaded: number;
	present: number;
	failed: number;
	/** Bytes that came over the network. */
	fetchedBytes: number;
	models: DownloadedModel[];
};

type Files = Outcome<StoredFile>[];

/**
 * Makes the named models be on this disk, verified and linked. A model that fails hides no other.
 * Throws LLORCH_UNKNOWN_MODEL before anything is fetched, and on an abort its reason, saying what is kept.
 */
export async function* downloadModels(
	options: CatalogOptions,
	{ names, signal }: { names: readonly string[] } & Cancel,
): Work<Downloads> {
	const targets = findTargets(names, options);
	const states = await Promise.all(
		targets.map(async (target) => ({
			target,
			...(await inspectTarget(options.store, target)),
		})),
	);
	yield* needSpace(options, states, signal);
	for (const { target, state } of states)
		yield* tellBefore(target, state, options.endpoint);
	const backlog = memoryBacklog<FileRequest, StoredFile>(toCells(targets));
	const base = targets.some(hasLinks) ? options.baseDir : undefined;
	const made = base !== undefined && (await makeBaseFolder(base));
	try {
		yield* runCells(
			backlog,
			(cell, cellSignal) =>
				options.store.ensureFile(cell.input, { signal: cellSignal }),
			{
				limits: { [LANE]: options.parallel ?? 2 },
				signal,
				clock: options.clock,
			},
		);
	} finally {
		if (made) await removeBaseFolder(base);
	}
	if (signal.aborted) {
		yield* tellKept(options, targets);
		throw signal.reason;
	}
	const outcomes = new Map(
		backlog.outcomes().map((outcome) => [outcome.id, outcome]),
	);
	const models = targets.map((target) =>
		summarize(
			target,
			target.requests.flatMap((request) => outcomes.get(idOf(request)) ?? []),
		),
	);
	for (const [index, target] of targets.entries())
		if (models[index]?.status === "downloaded") yield* tellAfter(target);
	return count(models);
}

/**
 * One file that does not fit fails by itself, before its first byte. Several would fill the disk together first. The hub is
 * asked for sizes that the catalog does not know. Throws LLORCH_DISK_FULL.
 */
async function* needSpace(
	{ store }: CatalogOptions,
	states: readonly (TargetState & { target: Target })[],
	signal: AbortSignal,
): Work<void> {
	const missing = missingFiles(states);
	if (missing.length < 2) return;
	let needed = 0;
	let away = false;
	for (const { request, there } of missing) {
		const size: number | undefined =
			there.size ?? (away ? undefined : yield* foresee(store, request, signal));
		away ||= size === undefined;
		needed += Math.max(0, (size ?? 0) - there.bytes);
	}
	const { freeBytes, cache } = await store.usage();
	if (needed <= freeBytes) return;
	const [only, ...others] = states;
	const who =
		only !== undefined && others.length === 0
			? `${only.target.name} needs`
			: "these models need";
	throw new LlorchError(
		"LLORCH_DISK_FULL",
		`${who} ${formatBytes(needed)} more, and ${formatBytes(freeBytes)} are free where ${cache} is`,
		{
			hint:
				others.length === 0
					? "Free some space, or set HF_HUB_CACHE to a folder on a larger disk."
					: "Name fewer of them, or make room.",
			run: ["models", "disk-usage"],
			details: { needed, free: freeBytes },
		},
	);
}

type Missing = { request: FileRequest; there: Inspection };

/** Files that must be fetched, what two names share once. */
function missingFiles(
	states: readonly (TargetState & { target: Target })[],
): Missing[] {
	const missing = new Map<string, Missing>();
	for (const { target, files } of states)
		for (const [index, there] of files.entries()) {
			const request = target.requests[index];
			const { state, adoptable } = there;
			if (request === undefined || adoptable !== undefined) continue;
			if (state !== "absent" && state !== "partial") continue;
			const { repo, revision, path } = request;
			missing.set(`${repo}/${path}@${revision}`, { request, there });
		}
	return [...missing.values()];
}

/** 0 for a file that the hub does not give: its download says why. Undefined when the hub is away. */
async function* foresee(
	store: Store,
	request: FileRequest,
	signal: AbortSignal,
): Work<number | undefined> {
	try {
		return yield* store.foresee(request, { signal });
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof LlorchError)) throw error;
		return isAway(error) ? undefined : 0;
	}
}

const LANE = "hub";

const hasLinks = ({ requests }: Target) =>
	requests.some(({ links = [] }) => links.length > 0);

/** One cell for each file. What two names share is fetched once all the same: the store has a lock per digest. */
function toCells(targets: readonly Target[]): Cell<FileRequest>[] {
	return targets.flatMap(({ requests }) =>
		requests.map((request) => ({
			id: idOf(request),
			label: request.label ?? request.path,
			uses: [LANE],
			input: request,
		})),
	);
}

const idOf = ({ name = "", repo, revision, path }: FileRequest) =>
	cellId({ kind: "download", name, repo, revision, path });

function summarize(target: Target, outcomes: Files): DownloadedModel {
	const named = nameOf(target);
	const files = outcomes.flatMap((each) =>
		each.status === "ok" ? [each.value] : [],
	);
	const error = worstError(outcomes);
	const bytes = files.reduce((sum, file) => sum + file.size, 0);
	if (error !== undefined)
		return { ...named, status: "failed", bytes, files, error };
	const fetched = files.some(({ how }) => how === "downloaded");
	return {
		...named,
		status: fetched ? "downloaded" : "present",
		bytes,
		path: commonPlace(files.map(({ links, snapshot }) => links[0] ?? snapshot)),
		files,
	};
}

function count(models: DownloadedModel[]): Downloads {
	const having = (status: DownloadedModel["status"]) =>
		models.filter((model) => model.status === status).length;
	return {
		downloaded: having("downloaded"),
		present: having("present"),
		failed: having("failed"),
		fetchedBytes: models
			.flatMap((model) => model.files)
			.reduce((sum, { fetchedBytes }) => sum + fetchedBytes, 0),
		models,
	};
}

/** What an interrupted download has kept, for going on. */
async function* tellKept(
	{ store }: CatalogOptions,
	targets: readonly Target[],
): Work<void> {
	const files = await Promise.all(
		targets
			.flatMap(({ requests }) => requests)
			.map(async (request) => ({
				label: labelOf(request),
				...(await store.inspect(request)),
			})),
	);
	const kept = files.filter(
		({ state, bytes }) => state === "partial" && bytes > 0,
	);
	if (kept.length === 0) return;
	const bytes = kept.reduce((sum, file) => sum + file.bytes, 0);
	yield {
		type: "note",
		level: "info",
		text: `kept ${formatBytes(bytes)} of ${kept.map(({ label }) => label).join(", ")}; the same command goes on from there`,
	};
}
