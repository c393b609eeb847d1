import { askHub } from "./ask-hub.ts";
import type { StoreContext } from "./context.ts";
import type { Emit } from "./emitting.ts";
import { lookUp } from "./find-file.ts";
import type { HubAnswer } from "./hub-answer.ts";
import type { FileRequest } from "./types.ts";

const keyOf = ({ repo, revision, path }: FileRequest) =>
	`${repo}/${path}@${revision}`;

/** `Store.foresee`. */
export async function foresee(
	context: StoreContext,
	request: FileRequest,
	doing: { emit: Emit; signal: AbortSignal },
): Promise<number> {
	const known = await lookUp(context, request);
	const answer = await askHub(context, request, known, doing);
	context.foreseen.set(keyOf(request), answer);
	return answer.file.size;
}

/** Only once: what was said may be old when it is needed again. */
export function takeForeseen(
	{ foreseen }: StoreContext,
	request: FileRequest,
): HubAnswer | undefined {
	const answer = foreseen.get(keyOf(request));
	foreseen.delete(keyOf(request));
	return answer;
}
