import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { tinyModel, tinyModelServeScript } from "./model.ts";

export type TinyModelServerOptions = {
	/** An interpreter that has `xllamacpp`: `realPart("xllamacpp")`. */
	python: string;
	/** Default: one that is free. */
	port?: number;
	/** Where llama.cpp's log goes. An older file is replaced. */
	logFile: string;
	/** Default: the tiny model. */
	model?: string;
	/** The name it is asked for. Default: `tiny`. */
	name?: string;
	signal?: AbortSignal;
};

export type TinyModelServer = {
	/** For `api_base`: ends in `/v1`. */
	readonly url: string;
	/** What `model_name` must be. */
	readonly name: string;
	readonly pid: number;
	/** Ends the server. Its log is complete then. */
	close(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

/** The tokens of one request. */
export type TokenCount = { input: number; output: number };

/**
 * Serves the tiny model with llama.cpp's own server, on one thread, and resolves when it answers. It ends with this process.
 * Rejects with the end of its log when it does not start.
 */
export async function startTinyModelServer(
	options: TinyModelServerOptions,
): Promise<TinyModelServer> {
	const { model = tinyModel.file, name = "tiny", port = 0 } = options;
	const log = await open(options.logFile, "w");
	const child = spawn(
		options.python,
		["-B", tinyModelServeScript, model, name, String(port)],
		{ stdio: ["pipe", "pipe", log.fd] },
	);
	const ended = new Promise<void>((resolve) =>
		child.once("close", () => resolve()),
	);
	const close = async () => {
		child.stdin?.end();
		// It first finishes what it is generating.
		const patience = setTimeout(() => child.kill("SIGKILL"), 5000);
		await ended;
		clearTimeout(patience);
	};
	try {
		const url = await ready(child, options);
		return {
			url: `${url}/v1`,
			name,
			pid: child.pid ?? 0,
			close,
			[Symbol.asyncDispose]: close,
		};
	} catch (error) {
		child.kill("SIGKILL");
		throw error;
	} finally {
		await log.close();
	}
}

/** What the server itself counted, request by request, from its log. Complete once the server is closed. */
export async function readTokenLog(logFile: string): Promise<TokenCount[]> {
	const counts: TokenCount[] = [];
	let input = 0;
	for (const line of (await readFile(logFile, "utf8")).split("\n")) {
		const match = TIMING.exec(line);
		if (match === null) continue;
		const [, kind = "", tokens] = match;
		if (kind.startsWith("prompt")) input = Number(tokens);
		else counts.push({ input, output: Number(tokens) });
	}
	return counts;
}

// "slot print_timing: … | prompt eval time = 0.74 ms / 11 tokens (…", then the same with "eval time".
const TIMING =
	/print_timing:.*\|\s+(prompt eval|eval) time =.*?\/\s*(\d+) tokens/;

function ready(
	child: ChildProcess,
	{ python, logFile, signal }: TinyModelServerOptions,
): Promise<string> {
	return new Promise((resolve, reject) => {
		const stop = (error: unknown) => {
			signal?.removeEventListener("abort", abort);
			reject(error);
		};
		const abort = () => stop(signal?.reason);
		signal?.addEventListener("abort", abort);
		if (signal?.aborted) abort();
		child.once("error", (cause) =>
			stop(new Error(`${python} did not start`, { cause })),
		);
		child.once("close", async (code) => {
			const text = await readFile(logFile, "utf8").catch(() => "");
			stop(
				new Error(
					`the model server ended with exit code ${code}:\n${text.slice(-2000)}`,
				),
			);
		});
		if (child.stdout === null) return;
		createInterface(child.stdout).on("line", (line) => {
			const url = /^READY (\S+)$/.exec(line)?.[1];
			if (url === undefined) return;
			signal?.removeEventListener("abort", abort);
			resolve(url);
		});
	});
}
