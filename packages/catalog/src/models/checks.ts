import { stat } from "node:fs/promises";
import {
	type Check,
	type Finding,
	formatBytes,
	formatCount,
	LlorchError,
} from "@llorch/core";
import { whyUnverified } from "../catalog/gaps.ts";
import type { LoadedCatalog } from "../catalog/load.ts";
import { whyNotWritable } from "../store/writable.ts";
import type { CatalogOptions } from "./options.ts";
import { inspectTarget } from "./state.ts";
import { modelTarget } from "./target.ts";

export type ModelChecksOptions = {
	/** Reads the catalog that counts here. */
	read: () => Promise<LoadedCatalog>;
	/** Opens the rest. Not asked for where the catalog cannot be read. */
	open: () => Promise<CatalogOptions>;
};

/** With less room than this (bytes), the larger models of the catalog do not fit. */
const LITTLE_ROOM = 10e9;
const DAY_MS = 24 * 3600 * 1000;
/** A download that nobody went on with for so long (milliseconds) is forgotten, more likely than slow. */
const FORGOTTEN_MS = 7 * DAY_MS;

/** What doctor looks at: the catalog, the room for models, links that lead nowhere, downloads that were given up. */
export function modelChecks({ read, open }: ModelChecksOptions): Check[] {
	const afterCatalog = async (
		look: (options: CatalogOptions) => Promise<Finding[]>,
	) => {
		const readable = await read().then(
			() => true,
			() => false,
		);
		// The first check says what is wrong with it.
		return readable ? look(await open()) : [];
	};
	return [
		{
			id: "catalog",
			title: "model catalog",
			timeoutMs: 3_000,
			run: () => lookAtCatalog(read),
		},
		{
			id: "model-space",
			title: "room for models",
			timeoutMs: 5_000,
			run: () => afterCatalog(lookAtSpace),
		},
		{
			id: "model-files",
			title: "models on this disk",
			timeoutMs: 5_000,
			run: () => afterCatalog(lookAtFiles),
		},
	];
}

async function lookAtCatalog(
	read: () => Promise<LoadedCatalog>,
): Promise<Finding[]> {
	try {
		const { models } = await read();
		const verified = models.filter(
			(model) => whyUnverified(model) === undefined,
		);
		return [
			{
				level: "ok",
				text: `${formatCount(models.length, "model")}, ${verified.length} verified`,
			},
		];
	} catch (error) {
		if (!(error instanceof LlorchError)) throw error;
		return [
			{
				level: "error",
				text: error.message,
				fix: {
					run: ["llorch", "config", "show", "models", "--origin"],
					safe: true,
				},
			},
		];
	}
}

async function lookAtSpace({ store }: CatalogOptions): Promise<Finding[]> {
	const { cache } = store;
	const refused = await whyNotWritable(cache);
	if (refused !== undefined)
		return [
			{
				level: "warning",
				text: `no model can be downloaded to ${cache}: ${refused}`,
				fix: {
					run: ["llorch", "explain", "LLORCH_CACHE_UNUSABLE"],
					safe: true,
				},
			},
		];
	const { freeBytes } = await store.usage();
	const text = `${formatBytes(freeBytes)} free where ${cache} is`;
	return freeBytes >= LITTLE_ROOM
		? [{ level: "ok", text }]
		: [
				{
					level: "warning",
					text: `only ${text}: the larger models do not fit`,
					fix: { run: ["llorch", "models", "disk-usage"], safe: true },
				},
			];
}

async function lookAtFiles({
	models,
	store,
	baseDir,
	clock,
}: CatalogOptions): Promise<Finding[]> {
	const findings: Finding[] = [];
	const unreadable = new Map<string, string>();
	let here = 0;
	let unchecked = 0;
	for (const model of models) {
		const target = modelTarget(model, baseDir);
		const { state, files } = await inspectTarget(store, target);
		if (state !== "absent") here++;
		if (state === "unchecked") unchecked++;
		const again = {
			run: ["llorch", "models", "download", model.id],
			safe: false,
		};
		if (state === "damaged")
			findings.push({
				level: "error",
				text: `a file of ${model.id} is not what it must be`,
				fix: { run: ["llorch", "models", "delete", model.id], safe: false },
			});
		for (const { links, partial, why } of files) {
			if (why !== undefined)
				unreadable.set(String(why.details?.path), why.message);
			for (const link of links)
				if (link.state === "stale")
					findings.push({
						level: "warning",
						text: `the link ${link.path} does not lead to ${model.id} any more`,
						fix: again,
					});
			const age = partial === undefined ? 0 : await ageOf(partial, clock.now());
			if (age > FORGOTTEN_MS)
				findings.push({
					level: "warning",
					text: `the download of ${model.id} was begun and not gone on with for ${formatCount(Math.floor(age / DAY_MS), "day")}`,
					fix: again,
				});
		}
	}
	for (const text of unreadable.values())
		findings.push({
			level: "error",
			text,
			fix: {
				run: ["llorch", "explain", "LLORCH_CACHE_UNUSABLE"],
				safe: true,
			},
		});
	if (findings.length > 0) return findings;
	const text = `${formatCount(here, "model")} here`;
	return [
		{
			level: "ok",
			text:
				unchecked === 0 ? text : `${text}, ${unchecked} of them never hashed`,
		},
	];
}

/** Milliseconds since the file was written; 0 when it is gone meanwhile. */
async function ageOf(path: string, now: number): Promise<number> {
	const stats = await stat(path).catch(() => undefined);
	return stats === undefined ? 0 : now - stats.mtimeMs;
}
