import type { IncomingMessage } from "node:http";
import { text as readText } from "node:stream/consumers";
import {
	type HubState,
	hasToken,
	openRepo,
	openRevision,
	Refusal,
} from "./access.ts";
import { fileEntry, modelInfo, refs, treeEntries } from "./api.ts";
import { redirectMoved } from "./redirects.ts";
import type { Revision } from "./repos.ts";
import { type Exchange, sendFault, sendJson } from "./send.ts";

/** Answers what is under `/api/`; `parts` is the path after it. */
export async function answerApi(
	state: HubState,
	exchange: Exchange,
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
	const revision = openRevision(
		repo,
		(at < 0 ? undefined : rest[at + 1]) ?? "main",
	);
	if (action === "paths-info")
		return sendJson(exchange, await pathsInfo(revision, exchange.message));
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
