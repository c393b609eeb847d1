import type { IncomingMessage, ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import type { Watched } from "../watched.ts";
import { fileEntry, modelInfo, refs, treeEntries } from "./api.ts";
import type { Cdn } from "./cdn.ts";
import type { FaultList, FaultStep } from "./faults.ts";
import { describeRequest, type HubRequest } from "./log.ts";
import {
	findRevision,
	type Repo,
	type RepoFile,
	type Revision,
} from "./repos.ts";
import {
	type Exchange,
	sendContent,
	sendFault,
	sendJson,
	sendText,
} from "./send.ts";

export type HubState = {
	url: string;
	repos: ReadonlyMap<string, Repo>;
	faults: FaultList;
	log: Watched<HubRequest>;
	cdn: Cdn;
	token?: string;
	treePageSize?: number;
	redirectSmallFiles?: boolean;
	moved?: Readonly<Record<string, string>>;
};

/** A failure as the hub words it: the header X-Error-Code is what clients go by. */
class Refusal extends Error {
	readonly status: number;
	readonly code: string | undefined;
	readonly commit: string | undefined;

	constructor(
		status: number,
		code: string | undefined,
		message: string,
		commit?: string,
	) {
		super(message);
		this.status = status;
		this.code = code;
		this.commit = commit;
	}
}

export function hubHandler(state: HubState) {
	return (message: IncomingMessage, response: ServerResponse): void => {
		const request = state.log.add(describeRequest("hub", message));
		const exchange: Exchange = {
			log: state.log,
			request,
			response,
			effect: {},
		};
		answer(state, exchange, message).catch((error: unknown) => {
			if (error instanceof Refusal) refuse(exchange, error);
			else response.destroy();
		});
	};
}

async function answer(
	state: HubState,
	exchange: Exchange,
	message: IncomingMessage,
): Promise<void> {
	const url = new URL(exchange.request.url, state.url);
	const parts = url.pathname.slice(1).split("/").map(decodeURIComponent);
	if (parts[0] === "api" && parts[1] !== "resolve-cache")
		return answerApi(state, exchange, message, parts.slice(1), url);
	const route = parseResolve(parts);
	if (route === undefined) throw new Refusal(404, undefined, "Not Found");
	await answerResolve(state, exchange, route, url);
}

type ResolveRoute = {
	repo: string;
	revision: string;
	path: string;
	cached: boolean;
};

/** `/ORG/NAME/resolve/REV/PATH`, also without ORG, and `/api/resolve-cache/models/ORG/NAME/SHA/PATH`. */
function parseResolve(parts: readonly string[]): ResolveRoute | undefined {
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

async function answerResolve(
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

function redirect(
	exchange: Exchange,
	status: 302 | 307,
	headers: Record<string, string>,
	location: string,
): void {
	sendText(
		exchange,
		status,
		{ ...headers, location, "content-type": "text/plain; charset=utf-8" },
		`Found. Redirecting to ${location}`,
	);
}

function cacheAddress(repo: Repo, revision: Revision, file: RepoFile): string {
	const path = file.path.split("/").map(encodeURIComponent).join("/");
	return `/api/resolve-cache/models/${repo.name}/${revision.sha}/${path}?etag=1`;
}

async function answerApi(
	state: HubState,
	exchange: Exchange,
	message: IncomingMessage,
	parts: readonly string[],
	url: URL,
): Promise<void> {
	const { request } = exchange;
	const [kind, ...rest] = parts;
	const at = rest.findIndex(
		(part, index) => index > 0 && API_ACTIONS.has(part),
	);
	const name = rest.slice(0, at < 0 ? undefined : at).join("/");
	if (kind === "models") request.repo = name;
	exchange.effect = state.faults.meet({ ...request, steps: ["api"] });
	if (sendFault(exchange)) return;
	if (kind === "whoami-v2") return whoami(state, exchange);
	// Every hf command asks for /api/agent-harnesses first, and takes 404 as "nothing new".
	if (kind !== "models") throw new Refusal(404, undefined, "Not Found");
	if (redirectMoved(state, exchange, name, url)) return;

	const repo = openRepo(state, exchange, name);
	const action = at < 0 ? "revision" : rest[at];
	if (action === "refs") return sendJson(exchange, refs(repo));
	const revision = openRevision(repo, rest[at + 1] ?? "main");
	if (action === "paths-info")
		return sendJson(exchange, await pathsInfo(revision, message));
	if (action === "revision")
		return sendJson(exchange, modelInfo(repo, revision));
	await answerTree(state, exchange, revision, rest.slice(at + 2), url);
}

const API_ACTIONS = new Set(["revision", "tree", "refs", "paths-info"]);

async function answerTree(
	state: HubState,
	exchange: Exchange,
	revision: Revision,
	folder: readonly string[],
	url: URL,
): Promise<void> {
	const flag = (name: string) =>
		["true", "1"].includes(url.searchParams.get(name)?.toLowerCase() ?? "");
	const entries = await treeEntries(revision, folder.join("/"), {
		recursive: flag("recursive"),
		expand: flag("expand"),
	});
	if (entries.length === 0 && folder.length > 0)
		throw new Refusal(404, "EntryNotFound", "Entry not found", revision.sha);
	const size = state.treePageSize ?? entries.length;
	const from = Number(url.searchParams.get("cursor") ?? 0);
	const next = new URL(url);
	next.searchParams.set("cursor", String(from + size));
	sendJson(
		exchange,
		entries.slice(from, from + size),
		from + size < entries.length ? { link: `<${next}>; rel="next"` } : {},
	);
}

async function pathsInfo(
	revision: Revision,
	message: IncomingMessage,
): Promise<object[]> {
	const asked = JSON.parse(await readText(message)) as {
		paths: string[];
		expand?: boolean;
	};
	return Promise.all(
		asked.paths
			.map((path) => revision.files.get(path))
			.filter((file) => file !== undefined)
			.map((file) => fileEntry(file, revision, asked.expand === true)),
	);
}

function whoami(state: HubState, exchange: Exchange): void {
	if (!hasToken(state, exchange))
		throw new Refusal(401, undefined, "Invalid username or password.");
	sendJson(exchange, { type: "user", name: "tester", orgs: [] });
}

function openRepo(state: HubState, exchange: Exchange, name: string): Repo {
	const known = hasToken(state, exchange);
	if (
		state.token !== undefined &&
		exchange.request.authorization !== undefined &&
		!known
	)
		throw new Refusal(
			401,
			undefined,
			"Invalid credentials in Authorization header",
		);
	const repo = state.repos.get(name);
	if (repo !== undefined && (!repo.private || known)) return repo;
	// Nobody in particular is not told whether a repository exists.
	throw known
		? new Refusal(404, "RepoNotFound", "Repository not found")
		: new Refusal(401, undefined, "Invalid username or password.");
}

function checkGate(state: HubState, exchange: Exchange, repo: Repo): void {
	if (repo.gated === false) return;
	if (!hasToken(state, exchange))
		throw new Refusal(
			401,
			"GatedRepo",
			`Access to model ${repo.name} is restricted. You must have access to it and be authenticated to access it. Please log in.`,
		);
	if (repo.gated === "refused")
		throw new Refusal(
			403,
			"GatedRepo",
			`Access to model ${repo.name} is restricted and you are not in the authorized list. Visit ${state.url}/${repo.name} to ask for access.`,
		);
}

function openRevision(repo: Repo, name: string): Revision {
	const revision = findRevision(repo, name);
	if (revision === undefined)
		throw new Refusal(404, "RevisionNotFound", `Invalid rev id: ${name}`);
	return revision;
}

function hasToken(state: HubState, exchange: Exchange): boolean {
	return (
		state.token !== undefined &&
		exchange.request.authorization === `Bearer ${state.token}`
	);
}

function redirectMoved(
	state: HubState,
	exchange: Exchange,
	name: string,
	url: URL,
): boolean {
	const target = state.moved?.[name];
	if (target === undefined) return false;
	const path = url.pathname.replace(`/${name}/`, `/${target}/`);
	redirect(exchange, 307, {}, path + url.search);
	return true;
}

function refuse(exchange: Exchange, refusal: Refusal): void {
	sendText(
		exchange,
		refusal.status,
		{
			"content-type": "application/json; charset=utf-8",
			...(refusal.code === undefined ? {} : { "x-error-code": refusal.code }),
			"x-error-message": refusal.message,
			...(refusal.commit === undefined
				? {}
				: { "x-repo-commit": refusal.commit }),
		},
		JSON.stringify({ error: refusal.message }),
	);
}
