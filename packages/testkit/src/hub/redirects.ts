import type { HubState } from "./access.ts";
import { type Exchange, sendText } from "./send.ts";

export function redirect(
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

/** Sends the client to a repository's new name, by an address without an origin; false when it has not moved. */
export function redirectMoved(
	state: HubState,
	exchange: Exchange,
	name: string,
	url: URL,
): boolean {
	const target = state.moved?.[name];
	if (target === undefined) return false;
	const path = `${url.pathname}/`
		.replace(`/${name}/`, `/${target}/`)
		.slice(0, -1);
	redirect(exchange, 307, {}, path + url.search);
	return true;
}
