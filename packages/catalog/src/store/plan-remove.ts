import { lstat, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StoreContext } from "./context.ts";
import { nameOf } from "./expected.ts";
import { kindOf } from "./file-identity.ts";
import { type Known, lookUp, resolveLink } from "./find-file.ts";
import { linkStates } from "./inspect.ts";
import type { RepoLayout } from "./layout.ts";
import type { Placed } from "./placed.ts";
import { readSnapshots, type SnapshotEntry } from "./repo-contents.ts";
import type { FileRequest, RemovePlan } from "./types.ts";

type Notes = Readonly<Record<string, Placed>>;

/** `Store.planRemove`. What nobody else needs goes: no other name of ours, no snapshot that another tool made. */
export async function planRemove(
	context: StoreContext,
	requests: readonly FileRequest[],
	keep: readonly FileRequest[],
): Promise<RemovePlan> {
	const plan: Draft = {
		links: [],
		snapshots: [],
		refs: [],
		blobs: [],
		partials: [],
		kept: [],
		untouched: [],
		released: [],
		freedBytes: 0,
	};
	const notes = await context.placed.all();
	const names = new Set(requests.map(nameOf));
	const repos = new Map<string, FileRequest[]>();
	for (const request of requests)
		repos.set(request.repo, [...(repos.get(request.repo) ?? []), request]);
	for (const asked of repos.values())
		await planRepo(context, asked, { plan, notes, names, keep });
	plan.freedBytes = await freedBy([...plan.blobs, ...plan.partials]);
	return plan;
}

/** Bytes that have a name elsewhere too (hard link) stay on the disk. */
async function freedBy(
	files: readonly { path: string; bytes: number }[],
): Promise<number> {
	let freed = 0;
	const namesLeft = new Map<string, number>();
	for (const { path, bytes } of files) {
		const { dev, ino, nlink } = await lstat(path);
		const file = `${dev}:${ino}`;
		const left = (namesLeft.get(file) ?? nlink) - 1;
		namesLeft.set(file, left);
		if (left === 0) freed += bytes;
	}
	return freed;
}

type Draft = RemovePlan & Required<Pick<RemovePlan, "released">>;

type Planning = {
	plan: Draft;
	notes: Notes;
	/** What is being deleted. */
	names: ReadonlySet<string>;
	keep: readonly FileRequest[];
};

async function planRepo(
	context: StoreContext,
	requests: readonly FileRequest[],
	planning: Planning,
): Promise<void> {
	const { plan, notes, names, keep } = planning;
	const all: { request: FileRequest; known: Known }[] = [];
	for (const request of requests)
		all.push({ request, known: await lookUp(context, request) });
	const layout = all[0]?.known.layout;
	if (layout === undefined) return;
	const entries = await readSnapshots(layout);

	const blobs = new Set<string>();
	const going = new Set<string>();
	for (const { request, known } of all) {
		await planLinks(request, known, plan);
		const { partial } = known;
		// Two names of one file have one partial.
		if (partial && !plan.partials.some(({ path }) => path === partial.path))
			plan.partials.push(partial);
		if (known.found !== undefined) blobs.add(known.found.path);
		for (const entry of snapshotsOf(request, known, entries, notes)) {
			if (entry.leadsTo !== undefined) blobs.add(entry.leadsTo);
			const { by = [], made = false } = notes[entry.path] ?? {};
			plan.released.push({ path: entry.path, name: nameOf(request) });
			const others = by.filter((name) => !names.has(name));
			if (made && others.length === 0) going.add(entry.path);
		}
	}
	plan.snapshots.push(...going);

	const staying = entries.filter(({ path }) => !going.has(path));
	for (const path of blobs) {
		const usedBy = staying
			.filter(({ leadsTo }) => leadsTo === path)
			.map((entry) => describeUse(entry, notes, names));
		for (const request of keep)
			if (await leadsTo(request, path)) usedBy.push(nameOf(request));
		// A store that several repositories share (hf makes one for Xet files).
		if (dirname(path) !== layout.blobs) usedBy.push(path);
		const stats = await lstat(path);
		const entry = { path, bytes: stats.size };
		if (usedBy.length > 0)
			plan.kept.push({ ...entry, usedBy: [...new Set(usedBy)] });
		else plan.blobs.push(entry);
	}
	plan.refs.push(...(await planRefs(layout, entries, staying, planning)));
}

async function planLinks(
	request: FileRequest,
	known: Known,
	plan: RemovePlan,
): Promise<void> {
	for (const { path, state } of await linkStates(
		request,
		known.found?.identity,
	)) {
		if (state === "missing") continue;
		const ours = (await kindOf(path)) === "link" && state !== "foreign";
		(ours ? plan.links : plan.untouched).push(path);
	}
}

/** The links in `snapshots/` that a request means: of its commit, and of others that it got when the branch was there. */
function snapshotsOf(
	request: FileRequest,
	{ layout, commit }: Known,
	entries: readonly SnapshotEntry[],
	notes: Notes,
): SnapshotEntry[] {
	const name = nameOf(request);
	return entries.filter(
		(entry) =>
			entry.path === layout.snapshot(entry.commit, request.path) &&
			(entry.commit === commit || notes[entry.path]?.by.includes(name)),
	);
}

/** Another name of ours, or, of a link that another tool made, the link itself. */
function describeUse(
	{ path }: SnapshotEntry,
	notes: Notes,
	names: ReadonlySet<string>,
): string {
	const { by = [], made = false } = notes[path] ?? {};
	const others = by.filter((name) => !names.has(name));
	return made && others.length > 0 ? others.join(", ") : path;
}

async function leadsTo(
	{ links = [] }: FileRequest,
	blob: string,
): Promise<boolean> {
	for (const link of links) if ((await resolveLink(link)) === blob) return true;
	return false;
}

/** Our refs of snapshots in which nothing is left that we are asked for. */
async function planRefs(
	layout: RepoLayout,
	before: readonly SnapshotEntry[],
	after: readonly SnapshotEntry[],
	{ notes, names }: Planning,
): Promise<string[]> {
	const refs: string[] = [];
	const isOurs = ({ path }: SnapshotEntry) =>
		notes[path]?.by.some((name) => !names.has(name)) === true;
	for (const commit of new Set(before.map((entry) => entry.commit))) {
		const left = after.filter((entry) => entry.commit === commit);
		const own = layout.ownRef(commit);
		if (!left.some(isOurs) && (await kindOf(own)) === "file") refs.push(own);
		if (left.length > 0) continue;
		for (const [path, { made }] of Object.entries(notes)) {
			if (!made || !path.startsWith(join(layout.folder, "refs/"))) continue;
			const text = await readFile(path, "utf8").catch(() => "");
			if (text === commit) refs.push(path);
		}
	}
	return refs;
}
