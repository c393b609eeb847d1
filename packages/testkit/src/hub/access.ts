import type { Cdn } from "./cdn.ts";
import type { FaultList } from "./faults.ts";
import { findRevision, type Repo, type Revision } from "./repos.ts";
import { type Exchange, sendText } from "./send.ts";

export type HubState = {
	url: string;
	repos: ReadonlyMap<string, Repo>;
	faults: FaultList;
	cdn: Cdn;
	token?: string;
	treePageSize?: number;
	redirectSmallFiles?: boolean;
	moved?: Readonly<Record<string, string>>;
};

/** A failure as the hub words it: the header X-Error-Code is what clients go by. */
export class Refusal extends Error {
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

export function openRepo(
	state: HubState,
	exchange: Exchange,
	name: string,
): Repo {
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
	// Who shows no token is not told whether a repository exists. (hf reads this 401 as "not found" over HTTPS only.)
	throw known
		? new Refusal(404, "RepoNotFound", "Repository not found")
		: new Refusal(401, undefined, "Invalid username or password.");
}

export function checkGate(
	state: HubState,
	exchange: Exchange,
	repo: Repo,
): void {
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

export function openRevision(repo: Repo, name: string): Revision {
	const revision = findRevision(repo, name);
	if (revision === undefined)
		throw new Refusal(404, "RevisionNotFound", `Invalid rev id: ${name}`);
	return revision;
}

export function hasToken(state: HubState, exchange: Exchange): boolean {
	return (
		state.token !== undefined &&
		exchange.request.authorization === `Bearer ${state.token}`
	);
}

export function refuse(exchange: Exchange, refusal: Refusal): void {
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
