import { LlorchError, redact } from "@llorch/core";
import { parseRetryAfter } from "./backoff.ts";
import type { HubToken } from "./token.ts";
import { TransientError } from "./transient.ts";

/** What was asked for, in a refusal's words. */
export type Asked = {
	endpoint: string;
	repo: string;
	revision: string;
	/** Absent when the question was not about one file. */
	path?: string;
	token?: HubToken | undefined;
};

export type Refused = {
	status: number;
	headers: Readonly<Record<string, string | undefined>>;
};

/**
 * An answer that is no success, as an error. The hub's header X-Error-Code goes before the status, because the hub hides
 * what one may not see behind 401.
 */
export function explainRefusal(
	{ status, headers }: Refused,
	asked: Asked,
	now: number,
): LlorchError {
	const { repo, revision, path, endpoint, token } = asked;
	const page = `${endpoint}/${repo}`;
	const said = redact(headers["x-error-message"] ?? "");
	const details = {
		repo,
		revision,
		...(path === undefined ? {} : { path }),
		page,
		status,
		...(said === "" ? {} : { said }),
	};
	const fail = (code: `LLORCH_${string}`, message: string, hint?: string) =>
		new LlorchError(code, message, {
			details,
			...(hint === undefined ? {} : { hint }),
		});
	switch (headers["x-error-code"]) {
		case "GatedRepo":
			return fail(
				"LLORCH_GATED",
				token === undefined
					? `${repo} is gated: the hub gives its files only to those who asked for access and log in`
					: `${repo} is gated, and the owner of the token (${token.from}) has no access to it`,
				token === undefined
					? `Ask for access at ${page}, then set HF_TOKEN or run: hf auth login`
					: `Ask for access at ${page}; when it is granted, run the same command again.`,
			);
		case "RepoNotFound":
			return fail(
				"LLORCH_REPO_NOT_FOUND",
				`there is no repository ${repo} at ${endpoint}, or you have no access to it`,
				`Look for it at ${page}`,
			);
		case "RevisionNotFound":
			return fail(
				"LLORCH_REVISION_NOT_FOUND",
				`${repo} has no revision ${revision}`,
				`Its branches and commits are at ${page}/commits/main`,
			);
		case "EntryNotFound":
			return fail(
				"LLORCH_HUB_FILE_NOT_FOUND",
				`${repo} has no file ${path} at revision ${revision}`,
				`Its files are at ${page}/tree/${revision}`,
			);
	}
	if (status === 401 && token === undefined)
		return fail(
			"LLORCH_HUB_LOGIN_NEEDED",
			`the hub shows ${repo} to nobody without a login: it is private, or there is no such repository`,
			`Check the name at ${page}; if it is right, set HF_TOKEN or run: hf auth login`,
		);
	if (status === 401)
		return fail(
			"LLORCH_HUB_TOKEN_REFUSED",
			`the hub does not accept the token from ${token?.from}`,
			"It may have expired: make a new one on the hub's page of access tokens, or set HF_HUB_DISABLE_IMPLICIT_TOKEN=1 to go without.",
		);
	if (status === 403)
		return fail(
			"LLORCH_GATED",
			`the hub refuses access to ${repo}${said === "" ? "" : `: ${said}`}`,
			`Ask for access at ${page}`,
		);
	if (status === 404)
		return fail(
			path === undefined
				? "LLORCH_REPO_NOT_FOUND"
				: "LLORCH_HUB_FILE_NOT_FOUND",
			path === undefined
				? `there is no repository ${repo} at ${endpoint}`
				: `${endpoint} has no ${path} of ${repo} at revision ${revision}`,
			`Look for it at ${page}`,
		);
	return explainStatus(
		{ status, headers },
		new URL(endpoint).host,
		details,
		now,
	);
}

/** A status that says nothing about what was asked for: the server is busy, broken, or not what we think. */
export function explainStatus(
	{ status, headers }: Refused,
	host: string,
	details: NonNullable<LlorchError["info"]["details"]>,
	now: number,
): LlorchError {
	const retryAfterMs = parseRetryAfter(headers["retry-after"], now);
	if (status === 429)
		return new TransientError(
			"LLORCH_HUB_BUSY",
			`${host} says that we ask too much (status 429)`,
			{
				hint: "Try again in some minutes. Those who log in (HF_TOKEN) may ask more.",
				details,
				retryAfterMs,
			},
		);
	if (status >= 500 || status === 408)
		return new TransientError(
			"LLORCH_HUB_FAILED",
			`${host} failed (status ${status})`,
			{
				hint: "The fault is on that side. Try again in some minutes.",
				details,
				retryAfterMs,
			},
		);
	return new LlorchError(
		"LLORCH_HUB_FAILED",
		`${host} answered with status ${status}, which llorch does not expect`,
		{
			hint: "Check that models.endpoint (HF_ENDPOINT) is the address of a Hugging Face hub or a mirror of it.",
			details,
		},
	);
}
