import { describe, expect, it } from "vitest";
import { isTransientLlmError, readLlmFailure } from "./failures.ts";

const end = (stderr: string, exitCode = 1) => ({
	result: { exitCode },
	stderr,
});

describe("readLlmFailure", () => {
	// The texts are what llm 0.36 printed against a loopback server, unless a line says otherwise.
	it("says what is wrong with an option that was refused", () => {
		const { message } = readLlmFailure(
			end("Error: foo\n  Extra inputs are not permitted\n"),
		);
		expect(message).toBe("foo: Extra inputs are not permitted");
	});

	it.each([
		["Error: 'Unknown model: nope'\n", "LLORCH_LLM_UNKNOWN_MODEL", false],
		[
			"Error: No key found - add one using 'llm keys set openai' or set the OPENAI_API_KEY environment variable\n",
			"LLORCH_LLM_NO_KEY",
			false,
		],
		["Error: Error code: 401 - bad key\n", "LLORCH_LLM_AUTH", false],
		["Error: Error code: 404 - no such model\n", "LLORCH_LLM_REFUSED", false],
		["Error: Error code: 429 - slow down\n", "LLORCH_LLM_RATE_LIMITED", true],
		["Error: Error code: 500 - boom\n", "LLORCH_LLM_SERVER_ERROR", true],
		["Error: Error code: 408 - slow\n", "LLORCH_LLM_SERVER_ERROR", true],
		["Error: Connection error.\n", "LLORCH_LLM_CONNECTION", true],
		["Error: mid-stream error\n", "LLORCH_LLM_FAILED", false],
		["Error: database is locked\n", "LLORCH_LLM_LOCKED", true],
		[
			"Usage: llm prompt [OPTIONS] [PROMPT]\nTry 'llm prompt --help' for help.\n\nError: No such option '--mod'.\n",
			"LLORCH_LLM_USAGE",
			false,
		],
		[
			'Traceback (most recent call last):\n  File "x"\nyaml.parser.ParserError: while parsing a block\n',
			"LLORCH_LLM_BROKEN_CONFIG",
			false,
		],
		[
			"Traceback (most recent call last):\n  Connection error. 500\nUnicodeEncodeError: surrogates not allowed\n",
			"LLORCH_LLM_CRASHED",
			false,
		],
		[
			"thinking about Error code: 500\nError: sorry\n",
			"LLORCH_LLM_FAILED",
			false,
		],
		["", "LLORCH_LLM_FAILED", false],
		// As httpx and Ollama's client word it; not run.
		[
			"Error: Client error '401 Unauthorized' for url 'https://x'\n",
			"LLORCH_LLM_AUTH",
			false,
		],
		[
			'Error: model "x" not found (status code: 404)\n',
			"LLORCH_LLM_REFUSED",
			false,
		],
		["Error: [Errno 111] Connection refused\n", "LLORCH_LLM_CONNECTION", true],
	])("%o is %s", (stderr, code, transient) => {
		const failure = readLlmFailure(end(stderr));
		expect(failure.code).toBe(code);
		expect(isTransientLlmError(failure)).toBe(transient);
	});

	it("tells it in llm's own sentence", () => {
		expect(
			readLlmFailure(end("noise\nError: Error code: 401 - bad key\n")),
		).toEqual({
			code: "LLORCH_LLM_AUTH",
			message: "Error code: 401 - bad key",
			hint: "See which keys llm has: llm keys. Set one: llm keys set NAME.",
			details: { status: 401 },
		});
	});

	it("says that llm had tried three times itself", () => {
		expect(readLlmFailure(end("Error: Connection error.\n")).hint).toContain(
			"three times",
		);
	});

	it("hides what looks like a secret", () => {
		expect(
			readLlmFailure(
				end("Error: Incorrect API key provided: sk-abcdefgh12345678\n"),
			).message,
		).toBe("Incorrect API key provided: sk-***");
	});

	it("tells a timeout, a signal and silence from an error", () => {
		const failed = (
			result: Parameters<typeof readLlmFailure>[0]["result"],
			stderr = "",
		) => readLlmFailure({ result, stderr, timeoutMs: 1500 });
		expect(failed({ timedOut: true })).toMatchObject({
			code: "LLORCH_LLM_TIMEOUT",
			message: "stopped after 1.5 s",
		});
		expect(failed({ signal: "SIGKILL" })).toMatchObject({
			code: "LLORCH_LLM_KILLED",
			message: "llm was ended by SIGKILL",
			hint: "Linux ends processes so when memory runs out.",
		});
		expect(failed({ signal: "SIGSEGV" }).hint).toBeUndefined();
		expect(failed({ exitCode: 3 }).message).toBe(
			"llm ended with exit code 3 and said nothing",
		);
		expect(failed({ exitCode: 3 }, "oops\n").message).toBe(
			"llm ended with exit code 3: oops",
		);
		expect(
			readLlmFailure({ result: { timedOut: true }, stderr: "" }).message,
		).toBe("stopped");
	});
});
