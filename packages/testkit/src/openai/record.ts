/** What a chat request said. */
export type ChatRequest = {
	model: string;
	messages: readonly { role: string; content: unknown }[];
	stream: boolean;
	/** The text of the last message. */
	prompt: string;
	/** How many requests this model had before this one. */
	index: number;
	/** The whole JSON body: temperature, max_tokens, stream_options, … */
	body: Readonly<Record<string, unknown>>;
};

/** One chat request, and how far its answer came. */
export type ChatRecord = ChatRequest & {
	headers: Readonly<Record<string, string>>;
	/** 0 until the answer begins. */
	status: number;
	chunksSent: number;
	/** The whole answer was handed to the network. */
	finished: boolean;
	/** The connection is closed, by whomever. */
	closed: boolean;
	/** The token counts that the client was told. */
	usage?: { input: number; output: number };
};
