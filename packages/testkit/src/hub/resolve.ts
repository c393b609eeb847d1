import {
	checkGate,
	type HubState,
	openRepo,
	openRevision,
	Refusal,
} from "./access.ts";
import type { FaultStep } from "./faults.ts";
import { redirect, redirectMoved } from "./redirects.ts";
import {
	findRevision,
	type Repo,
	type RepoFile,
	type Revision,
} from "./repos.ts";
import { type Exchange, sendContent, sendFault } from "./send.ts";

export type ResolveRoute = {
	repo: string;
	revision: string;
	path: string;
	cached: boolean;
};

/** `/ORG/NAME/resolve/REV/PATH`, also without ORG, and `/api/resolve-cache/models/ORG/NAME/SHA/PATH`. */
export function parseResolve(
	parts: readonly string[],
): ResolveRoute | undefined {
	if (parts[1] === "resolve-cache") {
		const [, , , org, name, revision = "", ...path] = parts;
		return {
			repo: `${org}/${name}`,
			revision,
			path: path.join("/"),
			cached: true,
		};
	}
	const at = parts.indexOf("resolve");
	if (at !== 1 && at !== 2) return undefined;
	return {
		repo: parts.slice(0, at).join("/"),
		revision: parts[at + 1] ?? "",
		path: parts.slice(at + 2).join("/"),
		cached: false,
	};
}

/** Answers for a file: its bytes, its headers alone, or where it lies. */
export async function answerResolve(
	state: HubState,
	exchange: Exchange,
	route: ResolveRoute,
	url: URL,
): Promise<void> {
	const { request } = exchange;
	if (request.method !== "GET" && request.method !== "HEAD")
		throw new Refusal(405, undefined, "Method Not Allowed");
	request.repo = route.repo;
	request.file = route.path;
	const known = state.repos.get(route.repo);
	const file =
		known === undefined
			? undefined
			: findRevision(known, route.revision)?.files.get(route.path);
	const viaCache =
		file?.lfs === false && state.redirectSmallFiles === true && !route.cached;
	const steps: FaultStep[] = route.cached ? [] : ["resolve"];
	if (request.method === "GET" && file?.lfs === false && !viaCache)
		steps.push("body");
	exchange.effect = state.faults.meet({ ...request, path: route.path, steps });
	if (sendFault(exchange)) return;
	if (redirectMoved(state, exchange, route.repo, url)) return;

	const repo = openRepo(state, exchange, route.repo);
	checkGate(state, exchange, repo);
	const revision = openRevision(repo, route.revision);
	if (file === undefined)
		throw new Refusal(404, "EntryNotFound", "Entry not found", revision.sha);
	if (file.lfs) return redirectToCdn(state, exchange, repo, revision, file);
	const { gitBlob } = await file.content.digests();
	const headers = {
		"x-repo-commit": revision.sha,
		etag: `"${gitBlob}"`,
		...linkedSizeLie(exchange),
	};
	if (viaCache)
		return redirect(exchange, 307, headers, cacheAddress(repo, revision, file));
	await sendContent(exchange, file.content, {
		...headers,
		"content-type": "text/plain; charset=utf-8",
	});
}

async function redirectToCdn(
	state: HubState,
	exchange: Exchange,
	repo: Repo,
	revision: Revision,
	file: RepoFile,
): Promise<void> {
	const { sha256 } = await file.content.digests();
	redirect(
		exchange,
		302,
		{
			"accept-ranges": "bytes",
			"x-repo-commit": revision.sha,
			"x-linked-etag": `"${sha256}"`,
			"x-linked-size": String(file.content.size),
			...linkedSizeLie(exchange),
		},
		await state.cdn.address(repo.name, file, exchange.effect.redirect),
	);
}

function linkedSizeLie({ effect }: Exchange): Record<string, string> {
	return effect.linkedSize === undefined
		? {}
		: { "x-linked-size": String(effect.linkedSize) };
}

function cacheAddress(repo: Repo, revision: Revision, file: RepoFile): string {
	const path = file.path.split("/").map(encodeURIComponent).join("/");
	return `/api/resolve-cache/models/${repo.name}/${revision.sha}/${path}?etag=1`;
}
