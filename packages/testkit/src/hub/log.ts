import type { IncomingMessage } from "node:http";
import { plainHeaders } from "../loopback.ts";

/** One request that a server of the hub received. The object grows while the answer is sent. */
export type HubRequest = {
	server: "hub" | "cdn";
	method: string;
	/** Path and query as they were sent. */
	url: string;
	/** The decoded path alone. */
	path: string;
	headers: Readonly<Record<string, string>>;
	range?: string;
	authorization?: string;
	/** `org/name`, when the request is about a repository. */
	repo?: string;
	/** The file's path in its repository. */
	file?: string;
	/** 0 until the answer begins. */
	status: number;
	/** Bytes of a file's body handed to the network. */
	bytesSent: number;
	/** The whole answer was handed to the network. */
	finished: boolean;
	/** The exchange is over: answered, or its connection closed by whomever. */
	closed: boolean;
};

export function describeRequest(
	server: "hub" | "cdn",
	message: IncomingMessage,
): HubRequest {
	const headers = plainHeaders(message);
	const url = message.url ?? "/";
	const { range, authorization } = headers;
	return {
		server,
		method: message.method ?? "GET",
		url,
		path: decodeURIComponent(url.split("?")[0] ?? "/"),
		headers,
		...(range === undefined ? {} : { range }),
		...(authorization === undefined ? {} : { authorization }),
		status: 0,
		bytesSent: 0,
		finished: false,
		closed: false,
	};
}
