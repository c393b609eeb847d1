import { type HubState, Refusal, refuse } from "./access.ts";
import { answerApi } from "./answer-api.ts";
import { answerResolve, parseResolve } from "./resolve.ts";
import type { Exchange } from "./send.ts";

/** Answers one request to the hub. */
export async function answerHub(
	state: HubState,
	exchange: Exchange,
): Promise<void> {
	try {
		await route(state, exchange);
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		refuse(exchange, error);
	}
}

async function route(state: HubState, exchange: Exchange): Promise<void> {
	const url = new URL(exchange.request.url, state.url);
	const parts = url.pathname.slice(1).split("/").map(decodeURIComponent);
	if (parts[0] === "api" && parts[1] !== "resolve-cache")
		return answerApi(state, exchange, parts.slice(1), url);
	const asked = parseResolve(parts);
	if (asked === undefined) throw new Refusal(404, undefined, "Not Found");
	await answerResolve(state, exchange, asked, url);
}
