import { maskLlmModel, maskLlmWords } from "@llorch/llm/declarations";

const MODEL = /^(?:-m|--model)$/;
const MODEL_WITH_VALUE = /^(-m=|--model=)(.*)$/s;

/** llorch's own words for manifests and logs: keys are masked among them, and inside what names a model (`-m "tiny --key …"`). */
export function maskCliArgs(words: readonly string[]): string[] {
	const end = words.indexOf("--");
	const masked = words.map((word, index) => {
		if (end >= 0 && index > end) return word;
		if (MODEL.test(words[index - 1] ?? "")) return maskLlmModel(word);
		const [, option, model] = MODEL_WITH_VALUE.exec(word) ?? [];
		return model === undefined ? word : `${option}${maskLlmModel(model)}`;
	});
	return maskLlmWords(masked);
}
