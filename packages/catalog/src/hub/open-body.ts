import { LlorchError } from "@llorch/core";
import { explainRefusal, explainStatus } from "./refusal.ts";
import { type Session, walk } from "./session.ts";
import { TransientError } from "./transient.ts";
import { discard, type Reply } from "./transport.ts";
import type { HubBody, HubFile } from "./types.ts";

/** One GET of a file's bytes, from `from` on. A server may answer with all of them instead: see `start` of the result. */
export async function openBody(
	session: Session,
	file: HubFile,
	options: {
		signal: AbortSignal;
		from?: number | undefined;
		ifRange?: string | undefined;
	},
): Promise<HubBody> {
	const { signal, from = 0, ifRange } = options;
	const abort = new AbortController();
	const both = AbortSignal.any([signal, abort.signal]);
	const { url, reply, left } = await walk(
		session,
		new URL(file.url),
		{
			method: "GET",
			signal: both,
			left: file.left,
			headers: {
				...(from === 0 ? {} : { range: `bytes=${from}-` }),
				...(from === 0 || ifRange === undefined ? {} : { "if-range": ifRange }),
			},
		},
		() => true,
	);
	// The server's file ends before `from`: what it has instead, the reader shall see.
	if (reply.status === 416 && from > 0) {
		await discard(reply);
		return openBody(session, file, { signal });
	}
	if (reply.status !== 200 && reply.status !== 206) {
		await discard(reply);
		throw explainBodyRefusal(session, file, { url, reply, left });
	}
	const range = parseContentRange(reply.headers["content-range"]);
	const start = reply.status === 200 ? 0 : range?.start;
	if (start === undefined || (reply.status === 206 && start !== from)) {
		abort.abort();
		throw new LlorchError(
			"LLORCH_HUB_ANSWER",
			`${url.host} sends another part of ${file.path} than was asked for`,
			{ details: { asked: from, got: reply.headers["content-range"] ?? "" } },
		);
	}
	const length = reply.headers["content-length"];
	const total =
		range?.total ??
		(length !== undefined && reply.status === 200 ? Number(length) : undefined);
	const { etag } = reply.headers;
	const transport = await session.transport();
	return {
		start,
		...(total === undefined ? {} : { total }),
		...(etag === undefined || etag.startsWith("W/") ? {} : { etag }),
		bytes: transport.read(url, reply),
		close: () => abort.abort(),
	};
}

function explainBodyRefusal(
	session: Session,
	file: HubFile,
	{ url, reply, left }: { url: URL; reply: Reply; left: boolean },
): LlorchError {
	const { repo, revision, path } = file;
	const details = { repo, revision, path, status: reply.status };
	// Signed addresses of the servers that bodies come from expire, and then answer with any of these.
	if (left && [400, 401, 403, 404, 410].includes(reply.status))
		return new TransientError(
			"LLORCH_HUB_FAILED",
			`${url.host} does not give out ${path} (status ${reply.status})`,
			{ stale: true, details },
		);
	if (left) return explainStatus(reply, url.host, details, session.clock.now());
	return explainRefusal(
		reply,
		{ endpoint: session.endpoint, token: session.token, ...file },
		session.clock.now(),
	);
}

/** `bytes 5-9/10` (RFC 9110 §14.4); the total may be `*`. */
function parseContentRange(
	header: string | undefined,
): { start: number; total?: number } | undefined {
	const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? "");
	if (match === null) return undefined;
	const [, start, total] = match;
	return {
		start: Number(start),
		...(total === "*" ? {} : { total: Number(total) }),
	};
}
