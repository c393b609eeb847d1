import type { IncomingMessage, ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { listenLoopback, plainHeaders, type Tls } from "../loopback.ts";
import { Watched } from "../watched.ts";
import { answerChat } from "./answer.ts";
import {
	type Behaviour,
	type BehaviourInput,
	behaviourFor,
	textOf,
} from "./behaviour.ts";
import type { ChatRecord, ChatRequest } from "./record.ts";

export type OpenAiOptions = {
	/** What each model does. With it, any other model is answered 404. */
	models?: Readonly<Record<string, BehaviourInput>>;
	/** What models do that say nothing else; without `models`, what every model does. */
	behaviour?: Behaviour;
	/** Requests with another key are answered 401. Default: any key will do. */
	apiKey?: string;
	/** Default: one that is free. */
	port?: number;
	tls?: Tls;
};

export type OpenAiServer = {
	/** For `api_base`: ends in `/v1`. */
	readonly url: string;
	/** Chat requests in the order they came. */
	readonly requests: readonly ChatRecord[];
	/** The most chat requests that were open at the same time. */
	readonly peak: number;
	/** The first request that satisfies `test`, now or later, looked at whenever anything is sent. */
	waitFor(
		test: (request: ChatRecord) => boolean,
		signal?: AbortSignal,
	): Promise<ChatRecord>;
	/** Changes what a model does from now on, and begins its count of requests anew. */
	setModel(name: string, behaviour: BehaviourInput): void;
	close(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

/** A loopback server for `llm`: `/v1/chat/completions` (streamed or whole) and `/v1/models`, as OpenAI's API describes them. */
export async function startOpenAiServer(
	options: OpenAiOptions = {},
): Promise<OpenAiServer> {
	const models = new Map(Object.entries(options.models ?? {}));
	const others: BehaviourInput | undefined =
		options.models === undefined ? {} : undefined;
	const log = new Watched<ChatRecord>();
	const counts = new Map<string, number>();
	let open = 0;
	let peak = 0;

	const chat = async (message: IncomingMessage, response: ServerResponse) => {
		const body = JSON.parse(await readText(message)) as Record<string, unknown>;
		const request = readChat(body, (model) => counts.get(model) ?? 0);
		counts.set(request.model, request.index + 1);
		peak = Math.max(peak, ++open);
		const record: ChatRecord = log.add({
			...request,
			headers: plainHeaders(message),
			status: 0,
			chunksSent: 0,
			finished: false,
			closed: false,
		});
		response.once("close", () => {
			open--;
			record.closed = true;
			log.changed();
		});
		await answerChat({
			record,
			response,
			changed: () => log.changed(),
			behaviour: choose(record),
		});
	};

	const choose = (record: ChatRecord): Behaviour => {
		if (
			options.apiKey !== undefined &&
			record.headers.authorization !== `Bearer ${options.apiKey}`
		)
			return { status: 401, message: "Incorrect API key provided" };
		const input = models.get(record.model) ?? others;
		if (input === undefined)
			return {
				status: 404,
				message: `The model ${record.model} does not exist`,
			};
		return { ...options.behaviour, ...behaviourFor(input, record) };
	};

	const server = await listenLoopback((message, response) => {
		const path = message.url?.split("?")[0];
		if (message.method === "POST" && path === "/v1/chat/completions")
			chat(message, response).catch(() => response.destroy());
		else if (message.method === "GET" && path === "/v1/models")
			sendModels(response, [...models.keys()]);
		else response.writeHead(404).end();
	}, options);

	return {
		url: `${server.url}/v1`,
		requests: log.items,
		get peak() {
			return peak;
		},
		waitFor: (test, signal) => log.waitFor(test, signal),
		setModel: (name, behaviour) => {
			models.set(name, behaviour);
			counts.delete(name);
		},
		close: server.close,
		[Symbol.asyncDispose]: server.close,
	};
}

/**
 * Text of `extra-openai-models.yaml` in llm's user folder. `name` is the one that the server is asked for.
 * Without `keyName`, llm sends a dummy key.
 */
export function extraOpenAiModelsYaml(
	models: readonly {
		id: string;
		name: string;
		url: string;
		keyName?: string;
		canStream?: boolean;
	}[],
): string {
	return models
		.map(({ id, name, url, keyName, canStream }) =>
			[
				`- model_id: ${JSON.stringify(id)}`,
				`  model_name: ${JSON.stringify(name)}`,
				`  api_base: ${JSON.stringify(url)}`,
				...(keyName === undefined
					? []
					: [`  api_key_name: ${JSON.stringify(keyName)}`]),
				...(canStream === false ? ["  can_stream: false"] : []),
				"",
			].join("\n"),
		)
		.join("");
}

function readChat(
	body: Record<string, unknown>,
	countOf: (model: string) => number,
): ChatRequest {
	const model = String(body.model);
	const messages = body.messages as { role: string; content: unknown }[];
	return {
		model,
		messages,
		stream: body.stream === true,
		prompt: textOf(messages.at(-1)?.content),
		index: countOf(model),
		body,
	};
}

function sendModels(response: ServerResponse, names: readonly string[]): void {
	response.writeHead(200, { "content-type": "application/json" }).end(
		JSON.stringify({
			object: "list",
			data: names.map((id) => ({
				id,
				object: "model",
				created: 0,
				owned_by: "testkit",
			})),
		}),
	);
}
