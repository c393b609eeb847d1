import { sanitize } from "./sanitize.ts";

const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi;
const BEARER = /\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi;
// Hugging Face (hf_…) and OpenAI-style (sk-…) tokens, wherever they stand.
const TOKENS = /\b(hf_|sk-)[A-Za-z0-9_-]{8,}/g;

/** Text that may be printed or logged: control characters out first (they could hide a password), then what looks like a secret. */
export function redact(text: string): string {
	return sanitize(text)
		.replace(URL_CREDENTIALS, "$1***@")
		.replace(BEARER, "$1***")
		.replace(TOKENS, "$1***");
}

const SECRET_OPTION = /^--?(?:[a-z-]*-)?(?:key|token|password|secret)$/i;
const SECRET_ASSIGNMENT =
	/^(--?(?:[a-z-]*-)?(?:key|token|password|secret)=).*/is;

/** Words of a command line that may be printed or logged: what follows `--key`, `--token` and their like is masked too. */
export function redactWords(words: readonly string[]): string[] {
	return words.map((word, index) =>
		SECRET_OPTION.test(words[index - 1] ?? "")
			? "***"
			: redact(word.replace(SECRET_ASSIGNMENT, "$1***")),
	);
}
