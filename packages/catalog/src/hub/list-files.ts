import { LlorchError } from "@llorch/core";
import { explainRefusal } from "./refusal.ts";
import { type Session, walk } from "./session.ts";
import { discard } from "./transport.ts";
import type { HubEntry } from "./types.ts";

type At = { repo: string; revision: string };

/** Every file of a revision, over as many pages as the hub makes of it. */
export async function listFiles(
	session: Session,
	at: At,
	signal: AbortSignal,
): Promise<HubEntry[]> {
	const entries: HubEntry[] = [];
	let next: URL | undefined = session.url(
		`api/models/${at.repo}/tree/${encodeURIComponent(at.revision)}?recursive=true&expand=false`,
	);
	while (next !== undefined) {
		const page = await askJson(session, next, at, signal);
		if (!Array.isArray(page.value)) throw notUnderstood(session, at);
		entries.push(
			...page.value.filter(isFile).map(({ path, size, oid, lfs }) => ({
				path,
				size: lfs?.size ?? size,
				...(lfs === undefined ? { gitSha1: oid } : { sha256: lfs.oid }),
			})),
		);
		const link = /<([^>]*)>;\s*rel="?next"?/.exec(page.link ?? "")?.[1];
		next = link === undefined ? undefined : new URL(link, next);
	}
	return entries;
}

/** The commit that a branch, tag or short commit stands for now. */
export async function resolveRevision(
	session: Session,
	at: At,
	signal: AbortSignal,
): Promise<string> {
	const { value } = await askJson(
		session,
		session.url(
			`api/models/${at.repo}/revision/${encodeURIComponent(at.revision)}`,
		),
		at,
		signal,
	);
	const sha =
		typeof value === "object" && value !== null && "sha" in value
			? value.sha
			: undefined;
	if (typeof sha === "string" && /^[0-9a-f]{40}$/.test(sha)) return sha;
	throw notUnderstood(session, at);
}

async function askJson(
	session: Session,
	url: URL,
	at: At,
	signal: AbortSignal,
): Promise<{ value: unknown; link: string | undefined }> {
	const { endpoint, token } = session;
	const { url: end, reply } = await walk(
		session,
		url,
		{ method: "GET", signal },
		() => true,
	);
	if (reply.status !== 200) {
		await discard(reply);
		throw explainRefusal(
			reply,
			{ endpoint, token, ...at },
			session.clock.now(),
		);
	}
	const chunks: Uint8Array[] = [];
	const transport = await session.transport();
	for await (const chunk of transport.read(end, reply)) chunks.push(chunk);
	try {
		const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
		return { value, link: reply.headers.link };
	} catch (cause) {
		throw notUnderstood(session, at, cause);
	}
}

type TreeFile = {
	path: string;
	size: number;
	oid: string;
	lfs?: { oid: string; size: number };
};

function isFile(entry: unknown): entry is TreeFile {
	return (
		typeof entry === "object" &&
		entry !== null &&
		"type" in entry &&
		entry.type === "file" &&
		"path" in entry &&
		typeof entry.path === "string"
	);
}

function notUnderstood(
	{ endpoint }: Session,
	{ repo, revision }: At,
	cause?: unknown,
): LlorchError {
	return new LlorchError(
		"LLORCH_HUB_ANSWER",
		`${endpoint} answers about ${repo} in a way that llorch does not understand`,
		{
			hint: "Check that models.endpoint (HF_ENDPOINT) is the address of a Hugging Face hub or a mirror of it.",
			details: { repo, revision },
			...(cause === undefined ? {} : { cause }),
		},
	);
}
