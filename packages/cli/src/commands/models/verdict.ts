import { type ErrorInfo, formatCount } from "@llorch/core";

/**
 * What several models, each with its own end, are as the end of a command. `error`: it failed, and so.
 *
 * @param common a code that is the verdict where every failed model failed with it
 */
export function judgeModels(
	models: readonly { name: string; error?: ErrorInfo }[],
	common?: `LLORCH_${string}`,
): ErrorInfo | undefined {
	const failed = models.flatMap(({ name, error }) =>
		error === undefined ? [] : [{ name, error }],
	);
	const [first] = failed;
	if (first === undefined || models.length === 1) return first?.error;
	const names = failed.map(({ name }) => name);
	const some =
		failed.length < models.length ? "LLORCH_SOME_FAILED" : "LLORCH_ALL_FAILED";
	return {
		code:
			common && failed.every(({ error }) => error.code === common)
				? common
				: some,
		message: `${failed.length} of ${formatCount(models.length, "model")} failed: ${names.join(", ")}`,
		...(first.error.run === undefined ? {} : { run: first.error.run }),
		details: { failed: names },
	};
}
