import type { StoreContext } from "./context.ts";
import type { Emit } from "./emitting.ts";
import { labelOf } from "./expected.ts";
import { lookUp } from "./find-file.ts";
import { type Goal, hubGoal, localGoal } from "./goal.ts";
import type { Hashing } from "./hash-file.ts";
import { check, type Obtained, obtain } from "./obtain.ts";
import {
	findOwnFiles,
	type OwnFile,
	placeLink,
	replaceOwnFile,
} from "./old-places.ts";
import { placeInCache } from "./place.ts";
import { removeSecondName } from "./publish.ts";
import type { FileRequest, StoredFile } from "./types.ts";

/** `Store.ensureFile`: what is here is used, then what the user has at the old places, and only then the network. */
export async function ensureFile(
	context: StoreContext,
	request: FileRequest,
	doing: { emit: Emit; signal: AbortSignal },
): Promise<StoredFile> {
	const { ledger, clock } = context;
	const label = labelOf(request);
	const hashing: Hashing = { ...doing, ledger, clock, label };
	const inspectGoal = ({ expected, found }: Goal) =>
		found && check(request, expected, found, hashing);

	const known = await lookUp(context, request);
	let goal =
		localGoal(request, known) ??
		(await hubGoal(context, request, known, doing));
	let there = await inspectGoal(goal);
	const own = await findOwnFiles(
		request,
		goal.expected,
		there?.identity,
		hashing,
	);
	if (there === undefined && own.length === 0 && goal.answer === undefined) {
		goal = await hubGoal(context, request, known, doing);
		there = await inspectGoal(goal);
	}
	const obtained =
		there ?? (await obtain(context, request, goal, own[0], hashing));
	return finish(context, request, goal, own, obtained, doing.emit);
}

/** Links, refs and notes for a file that is in the cache. */
async function finish(
	context: StoreContext,
	request: FileRequest,
	{ commit, layout, expected, blobName, answer }: Goal,
	own: readonly OwnFile[],
	{ path: blob, identity, digests, ...how }: Obtained,
	emit: Emit,
): Promise<StoredFile> {
	const { repo, path, links = [] } = request;
	const place = { layout, commit, blob, fromHub: answer !== undefined };
	const snapshot = await placeInCache(context, request, place, emit);
	await removeSecondName(layout.partial(blobName), identity);
	const { size } = identity;
	const { sha256 } = digests;
	await context.pins.set(request, { commit, blob: blobName, size, sha256 });
	// One copy: the user's file is by now a second name of the blob, or equal to it.
	for (const { place, path: file } of own)
		if (place === file) await replaceOwnFile(place, snapshot, identity);
	for (const place of links) await placeLink(place, snapshot, identity);
	return {
		repo,
		commit,
		path,
		size,
		sha256,
		blob,
		snapshot,
		links: [...links],
		...how,
		digestFrom: expected.from,
	};
}
