import {
	type ErrorInfo,
	formatBytes,
	LlorchError,
	type Work,
} from "@llorch/core";
import { cellId, memoryBacklog, runCells } from "@llorch/run";
import type { FileRequest, Verification } from "../store/types.ts";
import type { Cancel, CatalogOptions } from "./options.ts";
import { inspectTarget } from "./state.ts";
import { findAllTargets, findTargets, nameOf, type Target } from "./target.ts";
import { isBug, worstError } from "./worst-error.ts";

export type VerifiedFile = { path: string } & Verification;

/** How one model ended. Nothing was changed or deleted, whatever it says. */
export type VerifiedModel = {
	name: string;
	/** The gravest of its files: `mismatch`, `absent`, `unpinned` (nobody said what it must be), `ok`. */
	status: Verification["status"] | "failed";
	bytes: number;
	files: VerifiedFile[];
	/** Why the catalog's entry is not to be taken at its word. */
	unverified?: string;
	/** What is wrong, unless `ok`. */
	error?: ErrorInfo;
};

export type Verifications = {
	ok: number;
	failed: number;
	models: VerifiedModel[];
};

/**
 * Hashes files that are here, and compares. Deletes and changes nothing.
 *
 * @param names the models to look at; absent: everything that llorch has downloaded, or that the catalog knows, and that is here in part at least
 */
export async function* verifyModels(
	options: CatalogOptions,
	{ names, signal }: { names?: readonly string[] | undefined } & Cancel,
): Work<Verifications> {
	const { store } = options;
	const targets =
		names === undefined
			? await findPresent(options)
			: findTargets(names, options);
	const backlog = memoryBacklog<FileRequest, Verification>(
		targets.flatMap(({ name, requests }) =>
			requests.map((request) => ({
				id: idOf(name, request),
				label: request.label ?? request.path,
				uses: [],
				input: request,
			})),
		),
	);
	yield* runCells(
		backlog,
		(cell, cellSignal) => store.verify(cell.input, { signal: cellSignal }),
		// Hashing reads as fast as the disk: a second file at the same time makes both slower.
		{ limits: { "*": 1 }, signal, clock: options.clock },
	);
	signal.throwIfAborted();
	const outcomes = new Map(
		backlog.outcomes().map((outcome) => [outcome.id, outcome]),
	);
	const models = targets.map((target) => {
		const ends = target.requests.flatMap(({ path, ...request }) => {
			const outcome = outcomes.get(idOf(target.name, { path, ...request }));
			return outcome === undefined ? [] : [{ path, outcome }];
		});
		const files = ends.flatMap(({ path, outcome }): VerifiedFile[] =>
			outcome.status === "ok" ? [{ path, ...outcome.value }] : [],
		);
		return summarize(
			target,
			files,
			worstError(ends.map(({ outcome }) => outcome)),
		);
	});
	return {
		ok: models.filter(({ status }) => status === "ok").length,
		failed: models.filter(({ status }) => status !== "ok").length,
		models,
	};
}

const idOf = (name: string, { repo, revision, path }: FileRequest) =>
	cellId({ kind: "verify", name, repo, revision, path });

async function findPresent(options: CatalogOptions): Promise<Target[]> {
	const targets = await findAllTargets(options);
	const states = await Promise.all(
		targets.map((target) => inspectTarget(options.store, target)),
	);
	return targets.filter((_, index) => states[index]?.state !== "absent");
}

const GRAVEST_FIRST = ["mismatch", "absent", "unpinned"] as const;

function summarize(
	target: Target,
	files: VerifiedFile[],
	broken: ErrorInfo | undefined,
): VerifiedModel {
	const named = nameOf(target);
	const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
	if (broken !== undefined && isBug(broken))
		return { ...named, status: "failed", bytes, files, error: broken };
	for (const status of GRAVEST_FIRST) {
		const file = files.find((each) => each.status === status);
		if (file !== undefined)
			return {
				...named,
				status,
				bytes,
				files,
				error: explain(target.name, file).info,
			};
	}
	return broken === undefined
		? { ...named, status: "ok", bytes, files }
		: { ...named, status: "failed", bytes, files, error: broken };
}

function explain(name: string, found: VerifiedFile): LlorchError {
	const { path, status, file } = found;
	const run = ["models", "download", name];
	if (status === "absent")
		return new LlorchError(
			"LLORCH_MODEL_ABSENT",
			`${name}: ${path} is not on this machine`,
			{ run },
		);
	if (status === "unpinned")
		return new LlorchError(
			"LLORCH_MODEL_UNCHECKED",
			`${name}: nobody has said what the hash of ${file ?? path} must be`,
			{
				hint: "A download asks the hub for it, and fetches only what is not right.",
				run,
			},
		);
	return new LlorchError(
		"LLORCH_DIGEST_MISMATCH",
		`${file ?? path} is not the file that ${name} must be${formatDifference(found)}`,
		{
			hint: `Nothing was deleted. Move it away or delete it, then download ${name} again.`,
			run: ["models", "delete", name],
			details: {
				algorithm: "sha256",
				...(file === undefined ? {} : { file }),
				...(found.expected === undefined ? {} : { expected: found.expected }),
				...(found.found === undefined ? {} : { found: found.found }),
			},
		},
	);
}

function formatDifference({ expected, found }: Verification): string {
	if (expected === undefined || found === undefined) return "";
	return expected.size !== undefined && expected.size !== found.size
		? `: it has ${formatBytes(found.size)} (${found.size} bytes) instead of ${expected.size}`
		: `: its sha256 is ${found.sha256} instead of ${expected.sha256}`;
}
