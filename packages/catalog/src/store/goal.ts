import { askHub, isAway } from "./ask-hub.ts";
import type { StoreContext } from "./context.ts";
import type { Emit } from "./emitting.ts";
import { type Expected, labelOf } from "./expected.ts";
import {
	type FoundFile,
	findBlob,
	type Known,
	promiseOf,
} from "./find-file.ts";
import { takeForeseen } from "./foresee.ts";
import type { HubAnswer } from "./hub-answer.ts";
import { isCommit, type RepoLayout } from "./layout.ts";
import type { FileRequest } from "./types.ts";

/** What shall be in the cache: where, and what it must be. */
export type Goal = {
	layout: RepoLayout;
	commit: string;
	blobName: string;
	expected: Expected;
	/** What has that place already. */
	found?: FoundFile | undefined;
	/** There when the hub was asked. */
	answer?: HubAnswer;
};

/** The goal as far as the catalog, our notes and this disk tell it. A commit never changes, so what is known of one is enough. */
export function localGoal(
	request: FileRequest,
	{ layout, commit, found, pin, ...known }: Known,
): Goal | undefined {
	const expected =
		known.expected ??
		(isCommit(request.revision) ? promiseOf(found?.blobName) : undefined);
	const blobName = found?.blobName ?? pin?.blob ?? expected?.sha256;
	return commit === undefined ||
		expected === undefined ||
		blobName === undefined
		? undefined
		: { layout, commit, blobName, expected, found };
}

/** The goal as the hub tells it. When the hub is away, what it said at an earlier time must do, if that is here. */
export async function hubGoal(
	context: StoreContext,
	request: FileRequest,
	known: Known,
	doing: { emit: Emit; signal: AbortSignal },
): Promise<Goal> {
	const { layout, commit, found } = known;
	try {
		const answer =
			takeForeseen(context, request) ??
			(await askHub(context, request, known, doing));
		const { file, blob, expected } = answer;
		return {
			layout,
			commit: file.commit,
			blobName: blob,
			expected,
			found: await findBlob(context, layout, blob),
			answer,
		};
	} catch (error) {
		const expected = promiseOf(found?.blobName);
		if (
			!isAway(error) ||
			commit === undefined ||
			found?.blobName === undefined ||
			expected === undefined
		)
			throw error;
		doing.emit({
			type: "note",
			level: "warn",
			text: `${labelOf(request)}: ${error.message}; using what is here, of commit ${commit}`,
		});
		return { layout, commit, blobName: found.blobName, expected, found };
	}
}
