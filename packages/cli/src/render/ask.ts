import {
	type Answer,
	type Ask,
	LlorchError,
	type Question,
	sanitize,
} from "@llorch/core";
import type { Invocation } from "../app/invocation.ts";
import type { Style } from "../app/style.ts";

/**
 * Asks on the terminal; where there is none (or under `--json`) refuses, naming the flag that answers. Several hosts may have
 * questions at once; a person answers one.
 */
export function createAsk(
	invocation: Invocation,
	options: { interactive: boolean; style: Style },
): Ask {
	let last: Promise<unknown> = Promise.resolve();
	return async (question, { signal }) => {
		if (!options.interactive) throw needsAnswer(question);
		const next = last.then(() => {
			signal.throwIfAborted();
			return askOnTerminal(question, signal, invocation, options.style);
		});
		last = next.catch(() => {});
		return next;
	};
}

function needsAnswer(question: Question): LlorchError {
	return new LlorchError(
		"LLORCH_NEEDS_ANSWER",
		`this needs an answer, and there is no terminal to ask on: ${question.text}`,
		question.flag === undefined
			? {}
			: { hint: `${question.flag} answers it beforehand.` },
	);
}

async function askOnTerminal(
	question: Question,
	signal: AbortSignal,
	invocation: Invocation,
	style: Style,
): Promise<Answer> {
	const { createInterface } = await import("node:readline/promises");
	const { Writable } = await import("node:stream");
	const hidden = { on: false };
	const output = new Writable({
		// Every piece at once: one that waits for the one before would find itself hidden, and a prompt comes in pieces (Node 24).
		write(chunk, encoding, done) {
			if (!hidden.on) invocation.stderr.write(chunk, encoding);
			done();
		},
	});
	// readline wraps by the width of what it writes to.
	Object.defineProperty(output, "columns", {
		get: () => invocation.stderr.columns,
	});
	const lines = createInterface({
		input: invocation.stdin,
		output,
		terminal: true,
	});
	// In raw mode Ctrl-C is a key and no signal.
	lines.on("SIGINT", () => invocation.interrupt("LLORCH_INTERRUPTED"));
	const ended = new AbortController();
	lines.on("close", () => ended.abort());
	try {
		if (question.danger !== undefined)
			invocation.stderr.write(
				`${whereOf(question)}${style.warn(sanitize(question.danger))}\n`,
			);
		for (;;) {
			const reply = lines.question(formatPrompt(question, style), {
				signal: AbortSignal.any([signal, ended.signal]),
			});
			hidden.on = question.kind === "secret";
			const value = readAnswer(question, await reply);
			if (value !== undefined) return { id: question.id, value };
		}
	} catch (error) {
		signal.throwIfAborted();
		invocation.signal.throwIfAborted();
		// Ctrl-D: the end of the input is a no.
		if (ended.signal.aborted) return decline(question);
		throw error;
	} finally {
		if (hidden.on) invocation.stderr.write("\n");
		lines.close();
	}
}

function decline(question: Question): Answer {
	if (question.kind === "confirm") return { id: question.id, value: false };
	throw new LlorchError("LLORCH_DECLINED", `no answer to: ${question.text}`);
}

function whereOf({ host }: Question): string {
	return host === undefined ? "" : `[${host}] `;
}

function formatPrompt(question: Question, style: Style): string {
	const text = style.bold(`${whereOf(question)}${sanitize(question.text)}`);
	if (question.kind === "confirm") return `${text} [y/N] `;
	if (question.kind !== "choose") return `${text} `;
	const choices = (question.choices ?? []).map(
		(choice, index) => `  ${index + 1}. ${sanitize(choice)}`,
	);
	return [text, ...choices, "Number: "].join("\n");
}

/** The answer, or undefined to ask again. Enter alone means no. */
function readAnswer(
	question: Question,
	reply: string,
): string | boolean | undefined {
	const word = reply.trim().toLowerCase();
	if (question.kind === "confirm") {
		if (word === "y" || word === "yes") return true;
		return word === "" || word === "n" || word === "no" ? false : undefined;
	}
	if (question.kind !== "choose") return reply;
	return question.choices?.[Number(word) - 1];
}
