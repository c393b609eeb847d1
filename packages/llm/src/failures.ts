import {
	type ErrorInfo,
	formatDuration,
	LlorchError,
	type RunResult,
	redact,
} from "@llorch/core";
import type { llmErrors } from "./errors.ts";

type Code = keyof typeof llmErrors;

/** What a failed call left behind. */
export type LlmEnd = {
	result: RunResult;
	/** All of stderr, or its end. */
	stderr: string;
	/** Milliseconds that were allowed, for the message of a timeout. */
	timeoutMs?: number;
};

type Pattern = {
	matches: RegExp;
	code: Code;
	hint?: string;
};

// llm's OpenAI client sends a request up to three times by itself for these, honouring Retry-After, and has no switch for it.
const TRIED = "llm's OpenAI client had tried three times by then.";

// llm has exit code 1 for all of these: only the text tells them apart. First match wins.
const PATTERNS: readonly Pattern[] = [
	{
		matches: /^Error: '?Unknown model: /m,
		code: "LLORCH_LLM_UNKNOWN_MODEL",
		hint: "See what there is: llm models. A model of a plugin needs the plugin: llm install PLUGIN.",
	},
	{
		matches: /^Error: No key found - add one using 'llm keys set/m,
		code: "LLORCH_LLM_NO_KEY",
		hint: "Give llm the key with the command it names.",
	},
	{
		matches:
			/yaml\.\w+\.\w*Error|extra-openai-models\.yaml|JSONDecodeError[\s\S]*(?:keys|aliases|model_options)\.json/,
		code: "LLORCH_LLM_BROKEN_CONFIG",
		hint: "The last lines of stderr name the file and the place.",
	},
	{
		matches: /(?:^Error|OperationalError): .*database (?:table )?is locked/m,
		code: "LLORCH_LLM_LOCKED",
	},
	{
		matches: /^Usage: llm .*\n[\s\S]*^Error: /m,
		code: "LLORCH_LLM_USAGE",
		hint: "See llm prompt --help.",
	},
];

// "Error code: 401 - …" is OpenAI's and Anthropic's client, "Client error '401 …'" httpx (llm-gemini), "(status code: 404)" Ollama's.
const HTTP_STATUS =
	/(?:Error code:|status code:?|(?:Client|Server) error ')\s*(\d{3})\b/i;

const CONNECTION =
	/Connection error\.|Connect(?:Error|Timeout)|ReadTimeout|RemoteProtocolError|connection (?:refused|reset|aborted)|timed out|name resolution|Name or service not known|Failed to connect/i;

const TRANSIENT: ReadonlySet<string> = new Set<Code>([
	"LLORCH_LLM_RATE_LIMITED",
	"LLORCH_LLM_SERVER_ERROR",
	"LLORCH_LLM_CONNECTION",
	"LLORCH_LLM_LOCKED",
]);

/** True when the same call may well succeed a little later. A timeout is none: it would only be waited for again. */
export function isTransientLlmError({ code }: ErrorInfo): boolean {
	return TRANSIENT.has(code);
}

/**
 * Says why a call failed, from how it ended and what stood on stderr. Call it only for a call that did fail: exit code
 * other than 0, a signal, a timeout. (A call that was aborted by us is no failure of llm's.)
 */
export function readLlmFailure(end: LlmEnd): ErrorInfo {
	const { result, stderr } = end;
	if ("timedOut" in result) {
		const limit =
			end.timeoutMs === undefined
				? ""
				: ` after ${formatDuration(end.timeoutMs)}`;
		return failure("LLORCH_LLM_TIMEOUT", `stopped${limit}`, {
			hint: "Allow more time with --timeout SECONDS.",
		});
	}
	if ("signal" in result)
		return failure(
			"LLORCH_LLM_KILLED",
			`llm was ended by ${result.signal}`,
			result.signal === "SIGKILL"
				? { hint: "Linux ends processes so when memory runs out." }
				: {},
		);
	return readStderr(stderr, result);
}

function readStderr(stderr: string, result: RunResult): ErrorInfo {
	const message = lastError(stderr);
	for (const { matches, code, hint } of PATTERNS)
		if (matches.test(stderr))
			return failure(code, message, hint === undefined ? {} : { hint });
	// The traceback of a crash may quote anything, so only llm's own `Error:` line is searched.
	const line = /^Error: [\s\S]*/m.exec(stderr)?.[0];
	if (line === undefined)
		return stderr.includes("Traceback (most recent call last)")
			? failure("LLORCH_LLM_CRASHED", message, {
					hint: "The end of the traceback stands in stderr_tail.",
				})
			: failure("LLORCH_LLM_FAILED", silent(stderr, result));
	const status = HTTP_STATUS.exec(line)?.[1];
	if (status !== undefined) return readStatus(message, Number(status));
	if (CONNECTION.test(line))
		return failure(
			"LLORCH_LLM_CONNECTION",
			message,
			/Connection error\./.test(line) ? { hint: TRIED } : {},
		);
	return failure("LLORCH_LLM_FAILED", message);
}

// RFC 9110 section 15; 408, 409, 429 and 5xx are what OpenAI's client retries too.
function readStatus(message: string, status: number): ErrorInfo {
	const details = { status };
	if (status === 401 || status === 403)
		return failure("LLORCH_LLM_AUTH", message, {
			hint: "See which keys llm has: llm keys. Set one: llm keys set NAME.",
			details,
		});
	if (status === 429)
		return failure("LLORCH_LLM_RATE_LIMITED", message, {
			hint: `${TRIED} Ask less at once with --parallel.`,
			details,
		});
	if (status === 408 || status === 409 || status >= 500)
		return failure("LLORCH_LLM_SERVER_ERROR", message, {
			hint: TRIED,
			details,
		});
	return failure("LLORCH_LLM_REFUSED", message, { details });
}

function failure(
	code: Code,
	message: string,
	extras: { hint?: string; details?: { status: number } } = {},
): ErrorInfo {
	return new LlorchError(code, redact(message), extras).info;
}

/** llm's last `Error:` line without that word, or the last line that says anything. */
function lastError(stderr: string): string {
	const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== "");
	const at = lines.findLastIndex((line) => line.trim().startsWith("Error: "));
	const error = lines[at]?.trim().slice("Error: ".length);
	if (error === undefined) return lines.at(-1)?.trim() ?? "llm said nothing";
	// Of a refused option llm prints the name, and what is wrong with it indented on the next line.
	const more = lines[at + 1] ?? "";
	if (/^ +\S/.test(more)) return `${error}: ${more.trim()}`;
	// llm 0.36 prints the message of a KeyError, which Python puts in quotes.
	return error.replace(/^'(.*)'$/, "$1");
}

function silent(stderr: string, result: RunResult): string {
	const code = "exitCode" in result ? ` with exit code ${result.exitCode}` : "";
	return stderr.trim() === ""
		? `llm ended${code} and said nothing`
		: `llm ended${code}: ${lastError(stderr)}`;
}
