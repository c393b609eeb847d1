import { redactWords } from "./redact.ts";
import type { RunSpec } from "./run-spec.ts";

const PLAIN_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Words as one line for a POSIX `sh`: `quotePosix(["grep", "it's"])` is `grep 'it'\''s'`. (POSIX.1-2024 XCU 2.2.2.) */
export function quotePosix(words: readonly string[]): string {
	return words.map(quoteWord).join(" ");
}

function quoteWord(word: string): string {
	// `=` may not stand in the first word unquoted (it would be an assignment), so a word holding it is always quoted.
	if (PLAIN_WORD.test(word) && !word.includes("=")) return word;
	return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A `RunSpec` as a line one can paste into `sh`, secrets shown as `***`. */
export function formatRunSpec(spec: RunSpec): string {
	const secret = new Set(spec.secretEnv);
	const env = Object.entries(spec.env ?? {}).map(([name, value]) =>
		secret.has(name) ? `${name}='***'` : `${name}=${quoteWord(value)}`,
	);
	const words = [spec.file, ...redactWords(spec.args)];
	const command = [...env, quotePosix(words)].join(" ");
	const input =
		spec.stdin === undefined
			? command
			: `${quotePosix(["printf", "%s", spec.stdin])} | ${command}`;
	return spec.cwd === undefined
		? input
		: `(cd ${quoteWord(spec.cwd)} && ${input})`;
}
