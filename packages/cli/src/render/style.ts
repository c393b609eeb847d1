import { styleText } from "node:util";
import type { Output } from "../app/invocation.ts";
import type { Style } from "../app/style.ts";

type Format = Parameters<typeof styleText>[0];

/** Decides colour and width for one stream: NO_COLOR and friends beat everything, CLICOLOR_FORCE colours pipes. */
export function styleFor(
	stream: Output,
	options: {
		color: boolean;
		env: Readonly<Record<string, string | undefined>>;
	},
): Style {
	const terminal = stream.isTTY === true;
	const forced = (options.env.CLICOLOR_FORCE ?? "0") !== "0";
	const color =
		options.color && (forced || (terminal && options.env.TERM !== "dumb"));
	const paint = (format: Format) => (text: string) =>
		color ? styleText(format, text, { validateStream: false }) : text;
	return {
		terminal,
		columns: terminal ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY,
		bold: paint("bold"),
		dim: paint("dim"),
		good: paint("green"),
		warn: paint("yellow"),
		bad: paint("red"),
	};
}

/** No terminal, no colour: what a pipe gets. */
export const plainStyle: Style = {
	terminal: false,
	columns: Number.POSITIVE_INFINITY,
	bold: (text) => text,
	dim: (text) => text,
	good: (text) => text,
	warn: (text) => text,
	bad: (text) => text,
};
