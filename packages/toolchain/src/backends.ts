/** What a worker computes on. */
export const BACKENDS = ["cpu", "cuda", "metal"] as const;
export type Backend = (typeof BACKENDS)[number];

export function isBackend(word: string): word is Backend {
	return (BACKENDS as readonly string[]).includes(word);
}
