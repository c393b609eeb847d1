/** A question a use case needs answered before it goes on. */
export type Question = {
	id: string;
	kind: "confirm" | "choose" | "secret" | "text";
	text: string;
	choices?: readonly string[];
	/** What is lost on "yes"; shown before the question. */
	danger?: string;
	host?: string;
	/** The flag that answers this question where nobody can be asked, such as `--force`. */
	flag?: string;
};

export type Answer = { id: string; value: string | boolean };

/** Throws LLORCH_NEEDS_ANSWER (with the flag that answers it) where nobody can be asked. */
export type Ask = (
	question: Question,
	options: { signal: AbortSignal },
) => Promise<Answer>;
