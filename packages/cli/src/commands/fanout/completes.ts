import { fanoutSection } from "@llorch/fanout/declarations";
import { parseLlmModel } from "@llorch/llm/declarations";
import type { CompletionSource } from "../../app/completion.ts";

/** The llm models of the configuration. (llm itself would need half a second to say what it knows.) */
export const completeLlmModels: CompletionSource = async (app) => {
	const { models } = (await app.config()).get(fanoutSection);
	return models.map((entry) => ({
		word: parseLlmModel(entry).name,
		describe: "an llm model of the configuration",
	}));
};
