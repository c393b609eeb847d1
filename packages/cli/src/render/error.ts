import { type ErrorInfo, quotePosix, redact } from "@llorch/core";
import { isInterruption } from "../app/interruption.ts";
import type { Style } from "../app/style.ts";

const REPORT_A_BUG =
	"This is a bug in llorch. The log file has the details (llorch config path shows where); please report it with them.";

/** An error for a person: what happened, then what to do next. Ends in a newline. */
export function formatError(error: ErrorInfo, style: Style): string {
	const mark = style.terminal ? style.bad("✗") : "error:";
	const where = error.host === undefined ? "" : `[${error.host}] `;
	const lines = [
		`${mark} ${where}${redact(error.message)}${formatCode(error, style)}`,
	];
	const hint = error.code === "LLORCH_BUG" ? REPORT_A_BUG : error.hint;
	if (hint !== undefined) lines.push(...indent(redact(hint)));
	if (error.run !== undefined)
		lines.push(
			`  ${style.dim("next:")} ${quotePosix(["llorch", ...error.run])}`,
		);
	return `${lines.join("\n")}\n`;
}

/** A usage error and an interruption explain themselves; every other code has a page. */
function formatCode(error: ErrorInfo, style: Style): string {
	return error.code === "LLORCH_USAGE" || isInterruption(error.code)
		? ""
		: ` ${style.dim(`(${error.code})`)}`;
}

function indent(text: string): string[] {
	return text.split("\n").map((line) => `  ${line}`);
}
