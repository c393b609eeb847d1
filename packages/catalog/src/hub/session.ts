import { type Clock, LlorchError } from "@llorch/core";
import { parseEndpoint } from "./endpoint.ts";
import type { Network } from "./network.ts";
import type { HubToken } from "./token.ts";
import {
	type Ask,
	discard,
	openTransport,
	type Reply,
	type Transport,
} from "./transport.ts";

export type HubOptions = {
	/** `https://huggingface.co`, a mirror, or a hub on the loopback address. A path is part of it, and `user:password@` may be. */
	endpoint: string;
	token?: HubToken | undefined;
	network: Network;
	clock: Clock;
	/** No byte for this long (milliseconds) counts as a dropped link. Default 30 000. */
	stallMs?: number | undefined;
	/** Tries for a question to the hub. Default 5. */
	attempts?: number | undefined;
	/** What we call ourselves: `llorch/0.1.0`. */
	userAgent?: string | undefined;
};

/** What all questions to one hub share. */
export type Session = {
	/** Without a password. */
	endpoint: string;
	network: Network;
	clock: Clock;
	stallMs: number;
	attempts: number;
	token: HubToken | undefined;
	/** Asks one address, with the token only on the endpoint's own origin. */
	send(
		url: URL,
		ask: Omit<Ask, "headers"> & {
			headers?: Record<string, string>;
			/** The walk has left the endpoint's origin: no token any more, also when it comes back. */
			left?: boolean;
		},
	): Promise<Reply>;
	/** An address below the endpoint. */
	url(path: string): URL;
	transport(): Promise<Transport>;
	close(): Promise<void>;
};

const STALL_MS = 30_000;
const ATTEMPTS = 5;

export function openSession(options: HubOptions): Session {
	const { address: endpoint, ...login } = parseEndpoint(options.endpoint);
	const { origin } = new URL(endpoint);
	const { network, token, clock } = options;
	// As hf does it: who puts a login into the address means that one.
	const authorization =
		login.authorization ?? (token && `Bearer ${token.value}`);
	const stallMs = options.stallMs ?? STALL_MS;
	let transport: Promise<Transport> | undefined;
	const open = () => {
		transport ??= openTransport(network, stallMs);
		return transport;
	};
	return {
		endpoint,
		network,
		token,
		clock,
		stallMs,
		attempts: options.attempts ?? ATTEMPTS,
		url: (path) => new URL(`${endpoint}/${path}`),
		transport: open,
		async send(url, { method, headers = {}, signal, left = false }) {
			if (network.offline) throw offline(endpoint);
			const ours = url.origin === origin && !left;
			return (await open()).send(url, {
				method,
				signal,
				headers: {
					"user-agent": options.userAgent ?? "llorch",
					// The sizes we compare are those of the file, not of a compressed form of it.
					"accept-encoding": "identity",
					...(ours && authorization !== undefined ? { authorization } : {}),
					...headers,
				},
			});
		},
		async close() {
			await (await transport)?.close();
		},
	};
}

function offline(endpoint: string): LlorchError {
	return new LlorchError(
		"LLORCH_HUB_OFFLINE",
		`${endpoint} must be asked, but HF_HUB_OFFLINE is set`,
		{ hint: "Unset HF_HUB_OFFLINE: unset HF_HUB_OFFLINE" },
	);
}

const MOST_REDIRECTS = 10;

/** A walk along redirects, and where it ended. `replies` has the reply of every step, bodies let go but the last. */
export type Walk = { url: URL; reply: Reply; replies: Reply[]; left: boolean };

/**
 * Follows redirects by hand, so that the token never goes to another origin (another port is one).
 *
 * @param goOn whether to follow a redirect away from the endpoint's origin
 */
export async function walk(
	session: Session,
	start: URL,
	ask: Omit<Ask, "headers"> & {
		headers?: Record<string, string>;
		left?: boolean;
	},
	goOn: (reply: Reply) => boolean,
): Promise<Walk> {
	const { origin } = new URL(session.endpoint);
	let url = start;
	let left = ask.left === true || url.origin !== origin;
	const replies: Reply[] = [];
	for (;;) {
		const reply = await session.send(url, { ...ask, left });
		replies.push(reply);
		const { location } = reply.headers;
		const redirected =
			reply.status >= 300 && reply.status < 400 && location !== undefined;
		if (!redirected) return { url, reply, replies, left };
		const target = parse(location, url);
		if (target.origin !== url.origin && !goOn(reply))
			return { url: target, reply, replies, left: true };
		await discard(reply);
		if (replies.length > MOST_REDIRECTS)
			throw new LlorchError(
				"LLORCH_HUB_ANSWER",
				`${start.host} sends us from one address to the next without end`,
				{ details: { url: start.origin + start.pathname } },
			);
		left ||= target.origin !== origin;
		url = target;
	}
}

function parse(location: string, from: URL): URL {
	if (URL.canParse(location, from.href)) {
		const url = new URL(location, from);
		// A redirect from https to http would hand the transfer to anybody on the way.
		const safe = url.protocol === "https:" || from.protocol === "http:";
		if (safe && /^https?:$/.test(url.protocol)) return url;
	}
	throw new LlorchError(
		"LLORCH_HUB_ANSWER",
		`${from.host} sends us to an address that llorch does not follow`,
		{ details: { url: from.origin + from.pathname } },
	);
}
