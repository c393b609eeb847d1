import { LlorchError } from "@llorch/core";
import { explainRefusal } from "./refusal.ts";
import { type Session, walk } from "./session.ts";
import { discard, type Reply } from "./transport.ts";
import type { HubFile, HubRef } from "./types.ts";

/**
 * One HEAD (and redirects of the same origin): what the hub says about a file. As hf does it: another origin is not asked,
 * what it would say stands in the headers of the redirect to it.
 */
export async function resolveFile(
	session: Session,
	ref: HubRef,
	signal: AbortSignal,
): Promise<HubFile> {
	const { endpoint, token } = session;
	const start = session.url(
		`${ref.repo}/resolve/${encodeURIComponent(ref.revision)}/${encodePath(ref.path)}`,
	);
	const { url, reply, replies, left } = await walk(
		session,
		start,
		{ method: "HEAD", signal },
		(step) => !describesFile(step),
	);
	await discard(reply);
	if (reply.status >= 400)
		throw explainRefusal(
			reply,
			{ endpoint, token, ...ref },
			session.clock.now(),
		);
	const told = (name: string) =>
		replies.map(({ headers }) => headers[name]).findLast((value) => value);
	const commit = told("x-repo-commit");
	const etag = bareEtag(told("x-linked-etag") ?? told("etag"));
	if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit))
		throw incomplete(session, ref, "which commit it is of (X-Repo-Commit)");
	if (etag === undefined)
		throw incomplete(session, ref, "what its hash is (ETag)");
	const linkedSize = told("x-linked-size");
	const size =
		linkedSize ??
		(reply.status === 200 ? reply.headers["content-length"] : undefined);
	return {
		...ref,
		commit,
		etag,
		...(/^[0-9a-f]{64}$/.test(etag) ? { sha256: etag } : {}),
		...(/^[0-9a-f]{40}$/.test(etag) ? { gitSha1: etag } : {}),
		...(size !== undefined && /^\d+$/.test(size) ? { size: Number(size) } : {}),
		url: url.href,
		left,
	};
}

function describesFile({ headers }: Reply): boolean {
	return (
		headers["x-repo-commit"] !== undefined &&
		(headers["x-linked-etag"] ?? headers.etag) !== undefined
	);
}

/** Without quotes and the mark of a weak validator: the name of the blob, as hf makes it. */
function bareEtag(header: string | undefined): string | undefined {
	return header?.replace(/^W\//, "").replace(/^"(.*)"$/, "$1");
}

export function encodePath(path: string): string {
	return path.split("/").map(encodeURIComponent).join("/");
}

function incomplete(
	session: Session,
	{ repo, path }: HubRef,
	what: string,
): LlorchError {
	return new LlorchError(
		"LLORCH_HUB_ANSWER",
		`${session.endpoint} does not say of ${repo}/${path} ${what}`,
		{
			hint: "Check that models.endpoint (HF_ENDPOINT) is the address of a Hugging Face hub or a mirror of it.",
			details: { repo, path },
		},
	);
}
