import type { StoreContext } from "./context.ts";
import { onDisk } from "./disk.ts";
import type { Emit } from "./emitting.ts";
import { labelOf, meets } from "./expected.ts";
import { lookUp, promiseOf, resolveLink } from "./find-file.ts";
import { hashFile } from "./hash-file.ts";
import { linkStates } from "./inspect.ts";
import type { FileRequest, LinkState, Verification } from "./types.ts";

/** `Store.verify`. */
export async function verify(
	context: StoreContext,
	request: FileRequest,
	doing: { emit: Emit; signal: AbortSignal },
): Promise<Verification> {
	const { ledger, clock } = context;
	const { found, ...known } = await lookUp(context, request);
	const links = await linkStates(request, found?.identity);
	const file = found?.path ?? (await ownFile(links));
	const promise = promiseOf(found?.blobName);
	const expected = known.expected ?? promise;
	const told =
		expected?.sha256 === undefined
			? {}
			: {
					expected: {
						sha256: expected.sha256,
						...(expected.size === undefined ? {} : { size: expected.size }),
					},
				};
	const git = expected?.gitSha1 !== undefined;
	const label = labelOf(request);
	const hashed =
		file === undefined
			? undefined
			: await onDisk(file, () =>
					hashFile(file, git, { ...doing, ledger, clock, label }),
				);
	if (file === undefined || hashed === undefined)
		return { status: "absent", bytes: 0, ...told, links };
	const { size } = hashed.identity;
	const result = {
		file,
		bytes: size,
		...told,
		found: { sha256: hashed.digests.sha256, size },
		links,
	};
	if (expected === undefined) return { status: "unpinned", ...result };
	return meets(expected, { ...hashed.digests, size })
		? { status: "ok", ...result }
		: { status: "mismatch", ...result };
}

/** What nobody has downloaded with llorch yet may be at an old place all the same. */
async function ownFile(
	links: readonly LinkState[],
): Promise<string | undefined> {
	const place = links.find(
		({ state }) => state === "file" || state === "foreign",
	);
	return place && resolveLink(place.path);
}
