import { type Event, redact, sanitize } from "@llorch/core";
import type { Conversation } from "../../app/conversation.ts";
import type { Invocation, Output } from "../../app/invocation.ts";
import type { Style } from "../../app/style.ts";
import { formatError } from "../error.ts";
import { createLaneLines } from "../lanes.ts";
import { passOn, writeTo } from "../output-stream.ts";

/** Where progress goes: bars on a terminal, lines in a pipe, nowhere when quiet. */
export type ProgressView = {
	update(event: Event & { type: "progress" }): string;
	/**
	 * Wraps a write to the screen, so that bars get out of its way. `midLine`: whether the cursor stands in the middle of a line
	 * afterwards, so that bars stay away until that has ended. Absent: it is where it was.
	 */
	around<T>(write: () => Promise<T>, midLine?: boolean): Promise<T>;
	close(): void;
};

export type LocalOptions = {
	invocation: Invocation;
	quiet: boolean;
	out: Style;
	err: Style;
	progress: ProgressView;
	ask: Conversation["ask"];
};

/** The conversation with a person or a pipe: the answer on stdout, everything else on stderr. */
export function createLocalConversation(options: LocalOptions): Conversation {
	const { invocation, progress, quiet, out, err } = options;
	const lanes = {
		out: createLaneLines({ clean: out.terminal }),
		err: createLaneLines({ clean: err.terminal }),
	};
	const texts = { out: new TextDecoder(), err: new TextDecoder() };
	// What other hosts say meanwhile would stand in the middle of the question.
	let asking: Promise<unknown> | undefined;
	const show = async <D extends string | Uint8Array>(
		stream: Output,
		data: D,
		write: (stream: Output, data: D, signal: AbortSignal) => Promise<void>,
	) => {
		if (data.length === 0) return;
		while (asking !== undefined) await asking;
		await progress.around(
			() => write(stream, data, invocation.signal),
			stream.isTTY ? !endsLine(data) : undefined,
		);
	};
	const toOut = (data: string | Uint8Array) =>
		show(invocation.stdout, data, writeTo);
	const toErr = (data: string | Uint8Array) =>
		show(invocation.stderr, data, writeTo);
	const flushLanes = async (lane?: string) => {
		await toOut(lanes.out.flush(lane));
		await toErr(lanes.err.flush(lane));
	};
	// A host, or the name of a file on a hub, may have given the label.
	const formatProgress = (event: Event & { type: "progress" }) =>
		progress.update({ ...event, label: sanitize(event.label) });
	return {
		async handle(event) {
			switch (event.type) {
				case "progress":
					if (!quiet) await toErr(formatProgress(event));
					return;
				case "note":
					if (!quiet) await toErr(`${formatNote(event, err)}\n`);
					return;
				case "output":
					return showOutput(event);
				case "row":
					return flushLanes(event.outcome.label);
			}
		},
		ask(question, asked) {
			const answer = progress.around(() => options.ask(question, asked), false);
			const settled = answer
				.catch(() => {})
				.finally(() => {
					if (asking === settled) asking = undefined;
				});
			asking = settled;
			return answer;
		},
		input: () =>
			invocation.stdin.isTTY === true ? undefined : invocation.stdin,
		async finish(envelope, view) {
			await flushLanes();
			await toOut(texts.out.decode());
			await toErr(texts.err.decode());
			progress.close();
			if (envelope.result !== undefined) {
				await toOut(view.render(envelope.result, out));
				const summary = view.summary?.(envelope.result, err) ?? "";
				if (!quiet) await toErr(summary);
			}
			if (
				envelope.error !== undefined &&
				envelope.error.code !== "LLORCH_OUTPUT_CLOSED"
			)
				await toErr(formatError(envelope.error, err));
		},
	};

	async function showOutput(event: Event & { type: "output" }): Promise<void> {
		const write = event.stream === "out" ? toOut : toErr;
		const { terminal } = event.stream === "out" ? out : err;
		if (event.lane !== undefined)
			return write(lanes[event.stream].push(event.lane, event.bytes));
		if (event.verbatim) {
			const { stdout, stderr } = invocation;
			return show(
				event.stream === "out" ? stdout : stderr,
				event.bytes,
				passOn,
			);
		}
		if (!terminal) return write(event.bytes);
		const text = texts[event.stream].decode(event.bytes, { stream: true });
		return write(sanitize(text));
	}
}

function endsLine(data: string | Uint8Array): boolean {
	const last = data.at(-1);
	return last === "\n" || last === 0x0a;
}

function formatNote(event: Event & { type: "note" }, style: Style): string {
	const text = redact(event.text);
	return event.level === "warn" ? `${style.warn("warning:")} ${text}` : text;
}
