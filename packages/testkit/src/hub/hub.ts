import type { RequestListener } from "node:http";
import { listenLoopback, type Tls } from "../loopback.ts";
import { Watched } from "../watched.ts";
import type { HubState } from "./access.ts";
import { Cdn } from "./cdn.ts";
import { type Fault, FaultList } from "./faults.ts";
import { describeRequest, type HubRequest } from "./log.ts";
import { makeRepo, type Repo, type RepoInput } from "./repos.ts";
import { answerHub } from "./routes.ts";
import type { Exchange } from "./send.ts";

export type HubOptions = {
	/** By name: `org/name`. */
	repos: Readonly<Record<string, RepoInput>>;
	faults?: readonly Fault[];
	/** The one token that is known. With it set, any other token is refused with 401. */
	token?: string;
	/** Default: one that is free. */
	port?: number;
	/** Serve HTTPS with this key and certificate, in PEM. */
	tls?: Tls;
	/** Entries per page of `/tree`, the rest by `Link: …; rel="next"`. Default: all on one. */
	treePageSize?: number;
	/** Sends small files through a relative 307 to `/api/resolve-cache/…` of the same origin, as huggingface.co does. */
	redirectSmallFiles?: boolean;
	/** Called when an exchange is over. */
	onRequest?: (request: HubRequest) => void;
	/** Old name to new name: answered with a relative 307, as for a repository that was moved. */
	moved?: Readonly<Record<string, string>>;
};

export type Hub = {
	/** For HF_ENDPOINT: no slash at the end. */
	readonly url: string;
	/** The second server, another origin, that LFS files come from. */
	readonly cdnUrl: string;
	/** Everything that was asked, of both servers, in order. */
	readonly requests: readonly HubRequest[];
	/** The GETs that a file's bytes were sent for (status 200 or 206), of one file or of all. */
	bodies(file?: string): HubRequest[];
	/** Requests to the CDN that carried a token: there must be none. */
	leaks(): HubRequest[];
	/** The first request that satisfies `test`, now or later, looked at whenever anything is sent. */
	waitFor(
		test: (request: HubRequest) => boolean,
		signal?: AbortSignal,
	): Promise<HubRequest>;
	/** Adds a fault; the function returned takes it away. */
	fault(fault: Fault): () => void;
	clearFaults(): void;
	/** Empties the log. */
	forget(): void;
	/** The commit that a branch or tag (default `main`) stands on. */
	commit(repo: string, ref?: string): string;
	/** Moves `main`. */
	setMain(repo: string, sha: string): void;
	/** Adds or replaces a repository. */
	setRepo(name: string, input: RepoInput): void;
	/** Destroys all connections, and frees the ports. */
	close(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

/**
 * A hub on the loopback address that speaks Hugging Face's dialect as `hf`, llama.cpp and `@huggingface/hub` use it: model
 * API, `/resolve/` with its headers, and redirects of LFS files to a second server on another port (another origin).
 * It never offers Xet, so that clients stay with plain HTTP.
 */
export async function startHub(options: HubOptions): Promise<Hub> {
	const repos = new Map<string, Repo>();
	for (const [name, input] of Object.entries(options.repos))
		repos.set(name, makeRepo(name, input));
	const faults = new FaultList(options.faults);
	const log = new Watched<HubRequest>();
	const handler =
		(
			server: "hub" | "cdn",
			answer: (exchange: Exchange) => Promise<void>,
		): RequestListener =>
		(message, response) => {
			const request = log.add(describeRequest(server, message));
			response.once("close", () => {
				request.closed = true;
				log.changed();
				options.onRequest?.(request);
			});
			answer({ log, request, message, response, effect: {} }).catch(() =>
				response.destroy(),
			);
		};
	const cdn = new Cdn(faults);
	const cdnServer = await listenLoopback(
		handler("cdn", (exchange) => cdn.answer(exchange)),
		{ tls: options.tls },
	);
	cdn.origin = cdnServer.url;
	const state: HubState = { ...options, url: "", repos, faults, cdn };
	const hubServer = await listenLoopback(
		handler("hub", (exchange) => answerHub(state, exchange)),
		options,
	).catch(async (error: unknown) => {
		await cdnServer.close();
		throw error;
	});
	state.url = hubServer.url;

	const repoOf = (name: string): Repo => {
		const repo = repos.get(name);
		if (repo === undefined)
			throw new Error(`the hub has no repository ${name}`);
		return repo;
	};
	const stop = async () => {
		await Promise.all([hubServer.close(), cdnServer.close()]);
	};
	return {
		url: hubServer.url,
		cdnUrl: cdnServer.url,
		requests: log.items,
		bodies: (file) =>
			log.items.filter(
				(request) =>
					request.method === "GET" &&
					request.file !== undefined &&
					(request.status === 200 || request.status === 206) &&
					(file === undefined || request.file === file),
			),
		leaks: () =>
			log.items.filter(
				(request) =>
					request.server === "cdn" && request.authorization !== undefined,
			),
		waitFor: (test, signal) => log.waitFor(test, signal),
		fault: (fault) => faults.add(fault),
		clearFaults: () => faults.clear(),
		forget: () => {
			log.items.length = 0;
		},
		commit: (name, ref = "main") => {
			const repo = repoOf(name);
			const sha = repo.branches.get(ref) ?? repo.tags.get(ref);
			if (sha === undefined) throw new Error(`${name} has no ${ref}`);
			return sha;
		},
		setMain: (name, sha) => {
			repoOf(name).branches.set("main", sha);
		},
		setRepo: (name, input) => {
			repos.set(name, makeRepo(name, input));
		},
		close: stop,
		[Symbol.asyncDispose]: stop,
	};
}
