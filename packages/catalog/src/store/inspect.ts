import type { StoreContext } from "./context.ts";
import { identify } from "./file-identity.ts";
import { judge, lookUp, promiseOf } from "./find-file.ts";
import { stateOfLink, unlessHidden } from "./old-places.ts";
import type {
	FileRequest,
	Inspection,
	LinkState,
	StorePaths,
} from "./types.ts";

/** `Store.inspect`. */
export async function inspect(
	context: StoreContext,
	request: FileRequest,
): Promise<Inspection> {
	const { commit, expected, found, partial } = await lookUp(context, request);
	const links = await linkStates(request, found?.identity);
	const size = expected?.size ?? request.size ?? found?.identity.size;
	const sha256 = expected?.sha256 ?? found?.digests?.sha256;
	const from = expected?.from;
	const facts = {
		...(commit === undefined ? {} : { commit }),
		...(size === undefined ? {} : { size }),
		...(sha256 === undefined ? {} : { sha256 }),
		...(from === "catalog" || from === "pin" ? { digestFrom: from } : {}),
		links,
	};
	if (found !== undefined)
		return {
			state: judge(found, expected ?? promiseOf(found.blobName)),
			...facts,
			bytes: found.identity.size,
			...(found.snapshot === undefined ? {} : { snapshot: found.snapshot }),
			blob: found.path,
		};
	const adoptable = await findAdoptable(links, size);
	const rest = { ...facts, ...(adoptable === undefined ? {} : { adoptable }) };
	return partial === undefined
		? { state: "absent", ...rest, bytes: 0 }
		: {
				state: "partial",
				...rest,
				bytes: partial.bytes,
				partial: partial.path,
			};
}

export async function linkStates(
	{ links = [] }: FileRequest,
	identity: Parameters<typeof stateOfLink>[1],
): Promise<LinkState[]> {
	return Promise.all(links.map((path) => stateOfLink(path, identity)));
}

/** Right by its size, as far as that is known: only a download reads it. */
async function findAdoptable(
	links: readonly LinkState[],
	size: number | undefined,
): Promise<string | undefined> {
	for (const { path, state } of links) {
		if (state !== "file" && state !== "foreign") continue;
		const there = await unlessHidden(identify(path));
		if (there && (size === undefined || there.size === size)) return path;
	}
	return undefined;
}

/** `Store.pathOf`. */
export async function pathOf(
	context: StoreContext,
	request: FileRequest,
): Promise<StorePaths> {
	const { layout, commit, found, pin, expected } = await lookUp(
		context,
		request,
	);
	const blobName = pin?.blob ?? expected?.sha256;
	const blob = found?.path ?? (blobName && layout.blob(blobName));
	return {
		...(commit === undefined
			? {}
			: { snapshot: layout.snapshot(commit, request.path) }),
		...(blob === undefined ? {} : { blob }),
		links: [...(request.links ?? [])],
	};
}
