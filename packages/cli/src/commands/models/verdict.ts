import { type ErrorInfo, formatCount } from "@llorch/core";
import { exitCodeOf } from "../../app/error-tables.ts";

const INTEGRITY = 4;

/** What several models, each with its own end, are as the end of a command. `error`: it failed, and so. */
export function judgeModels(
	models: readonly { name: string; error?: ErrorInfo }[],
): ErrorInfo | undefined {
	const failed = models.flatMap(({ name, error }) =>
		error === undefined ? [] : [{ name, error }],
	);
	const [first] = failed;
	if (first === undefined || models.length === 1) return first?.error;
	const names = failed.map(({ name }) => name);
	const some =
		failed.length < models.length ? "LLORCH_SOME_FAILED" : "LLORCH_ALL_FAILED";
	// Wrong bytes have an exit code of their own, also where not every model has them.
	const onlyWrongBytes = failed.every(
		({ error }) => exitCodeOf(error) === INTEGRITY,
	);
	return {
		code: onlyWrongBytes ? first.error.code : some,
		message: `${failed.length} of ${formatCount(models.length, "model")} failed: ${names.join(", ")}`,
		...(first.error.run === undefined ? {} : { run: first.error.run }),
		details: { failed: names },
	};
}
