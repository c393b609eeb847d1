import { LlorchError, type Question, toErrorInfo } from "@llorch/core";
import type { App } from "../app/app.ts";

/**
 * Asks before something is taken away. Throws LLORCH_DECLINED, and LLORCH_NEEDS_ANSWER where nobody can be asked: then the error
 * says what would be lost.
 */
export async function confirm(app: App, question: Question): Promise<void> {
	try {
		const { value } = await app.ask(question, { signal: app.signal });
		if (value === true) return;
	} catch (error) {
		const info = toErrorInfo(error);
		if (info.code !== "LLORCH_NEEDS_ANSWER") throw error;
		throw LlorchError.from({
			...info,
			hint: [question.danger, info.hint].filter(Boolean).join("\n"),
		});
	}
	throw new LlorchError("LLORCH_DECLINED", "nothing was changed");
}
