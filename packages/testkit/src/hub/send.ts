import type {
	IncomingMessage,
	OutgoingHttpHeaders,
	ServerResponse,
} from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { writeOut } from "../loopback.ts";
import type { Watched } from "../watched.ts";
import type { Content } from "./content.ts";
import type { FaultEffect } from "./faults.ts";
import type { HubRequest } from "./log.ts";
import { parseRange } from "./range.ts";

/** One answer being given: the request's log entry, and what shall go wrong with it. */
export type Exchange = {
	log: Watched<HubRequest>;
	request: HubRequest;
	message: IncomingMessage;
	response: ServerResponse;
	effect: FaultEffect;
};

/** Answers without a file's body: errors, JSON, redirects, HEAD. */
export function sendText(
	exchange: Exchange,
	status: number,
	headers: OutgoingHttpHeaders,
	text: string,
): void {
	const { response, request, log } = exchange;
	begin(exchange, status, {
		"content-length": Buffer.byteLength(text),
		...headers,
	});
	response.end(request.method === "HEAD" ? undefined : text, () => {
		request.finished = true;
		log.changed();
	});
}

export function sendJson(
	exchange: Exchange,
	value: unknown,
	headers: OutgoingHttpHeaders = {},
): void {
	sendText(
		exchange,
		200,
		{ "content-type": "application/json; charset=utf-8", ...headers },
		JSON.stringify(value),
	);
}

/** Ends an exchange that a fault keeps from being answered. Returns false when there is no such fault. */
export function sendFault(exchange: Exchange): boolean {
	const { effect, response } = exchange;
	if (effect.stallBeforeHeaders) return true;
	if (effect.cutBeforeHeaders) {
		response.destroy();
		return true;
	}
	if (effect.status === undefined) return false;
	const headers: OutgoingHttpHeaders = {
		"content-type": "text/plain; charset=utf-8",
	};
	if (effect.retryAfter !== undefined)
		headers["retry-after"] = String(effect.retryAfter);
	sendText(exchange, effect.status, headers, `status ${effect.status}`);
	return true;
}

/** Answers GET or HEAD for a file: ranges, conditions, and every fault that concerns the body. */
export async function sendContent(
	exchange: Exchange,
	content: Content,
	headers: OutgoingHttpHeaders & { etag: string },
): Promise<void> {
	const { request, effect, response } = exchange;
	const ifRange = request.headers["if-range"];
	const asked =
		effect.noRange ||
		(ifRange !== undefined && ifRange !== headers.etag && !effect.ignoreIfRange)
			? undefined
			: parseRange(request.range, content.size);
	if (asked === "unsatisfiable")
		return sendText(
			exchange,
			416,
			{ ...headers, "content-range": `bytes */${content.size}` },
			"",
		);
	const { start, end } = asked ?? { start: 0, end: content.size };
	const all: OutgoingHttpHeaders = {
		...headers,
		"content-length": effect.contentLength ?? end - start,
	};
	if (!effect.noRange) all["accept-ranges"] = "bytes";
	if (asked !== undefined)
		all["content-range"] = `bytes ${start}-${end - 1}/${content.size}`;
	// A false length would shift the next answer on a connection that is used again.
	if (effect.contentLength !== undefined) all.connection = "close";
	begin(exchange, asked === undefined ? 200 : 206, all);
	if (request.method === "HEAD") {
		response.end();
		request.finished = true;
		return exchange.log.changed();
	}
	response.flushHeaders();
	if (await pump(exchange, content, start, end)) await finish(exchange);
}

function begin(
	exchange: Exchange,
	status: number,
	headers: OutgoingHttpHeaders,
): void {
	exchange.request.status = status;
	exchange.response.writeHead(status, headers);
	exchange.log.changed();
}

/** Sends the bytes as far as the faults let it; true when all went out. */
async function pump(
	exchange: Exchange,
	content: Content,
	start: number,
	end: number,
): Promise<boolean> {
	const { effect, request, response, log } = exchange;
	const limit = Math.min(
		effect.cutAfter ?? Number.POSITIVE_INFINITY,
		effect.stallAfter ?? Number.POSITIVE_INFINITY,
	);
	const began = performance.now();
	let at = start;
	for await (const block of content.read(start, end)) {
		for (let chunk of slices(block, effect.bytesPerSecond)) {
			chunk = chunk.subarray(0, Math.max(0, limit - request.bytesSent));
			chunk = spoil(chunk, at, effect.wrongByteAt);
			if (effect.bytesPerSecond !== undefined)
				await pace(
					request.bytesSent + chunk.length,
					effect.bytesPerSecond,
					began,
				);
			if (chunk.length > 0 && !(await writeOut(response, chunk))) return false;
			at += chunk.length;
			request.bytesSent += chunk.length;
			log.changed();
			if (request.bytesSent >= limit) {
				if (effect.cutAfter === limit) cut(exchange);
				return false;
			}
		}
	}
	return true;
}

async function finish(exchange: Exchange): Promise<void> {
	const { effect, request, response, log } = exchange;
	if (
		effect.contentLength !== undefined &&
		effect.contentLength > request.bytesSent
	)
		return cut(exchange);
	await new Promise<void>((resolve) => {
		response.once("close", resolve);
		response.end(() => {
			request.finished = true;
			resolve();
		});
	});
	log.changed();
}

/** Ends the connection after what was written has left. */
function cut({ effect, response }: Exchange): void {
	const { socket } = response;
	if (effect.reset) socket?.resetAndDestroy();
	else socket?.end(() => socket.destroy());
}

/** Small pieces when the rate is limited, so that a slow server drips instead of gushing. */
function* slices(
	block: Uint8Array,
	bytesPerSecond: number | undefined,
): Generator<Uint8Array> {
	if (bytesPerSecond === undefined) return yield block;
	const size = Math.max(1, Math.ceil(bytesPerSecond / 50));
	for (let at = 0; at < block.length; at += size)
		yield block.subarray(at, at + size);
}

async function pace(
	sent: number,
	bytesPerSecond: number,
	began: number,
): Promise<void> {
	const wait = (sent / bytesPerSecond) * 1000 - (performance.now() - began);
	if (wait > 0) await delay(wait, undefined, { ref: false });
}

function spoil(
	chunk: Uint8Array,
	offset: number,
	wrongByteAt: number | undefined,
): Uint8Array {
	const index = (wrongByteAt ?? -1) - offset;
	if (index < 0 || index >= chunk.length) return chunk;
	const copy = Uint8Array.from(chunk);
	copy[index] = (copy[index] ?? 0) ^ 0xff;
	return copy;
}
