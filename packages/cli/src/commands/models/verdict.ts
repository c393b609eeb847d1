import { type ErrorInfo, formatCount } from "@llorch/core";
import { bugAmong } from "../../app/bug-among.ts";
import { exitCodeOf } from "../../app/error-tables.ts";

/** How a model ended. `error`: it failed, and so. */
type Ended = { name: string; error?: ErrorInfo };

const INTEGRITY = 4;

/**
 * What several models, each with its own end, are as the end of a command. One model's failure is the command's own. Of
 * several, a bug decides (exit 70); then integrity (exit 4), as `wrongBytes` says; else some or all of many failed (6, 1).
 *
 * @param wrongBytes when integrity decides. `any`: as soon as one model has it, where bytes are what the command is
 *   about. `all`: when every failure is of that kind, so that exit 4 never hides what only needs another try
 */
export function judgeModels(
	models: readonly Ended[],
	wrongBytes: "any" | "all",
): ErrorInfo | undefined {
	const failed = models.flatMap(({ name, error }) =>
		error === undefined ? [] : [{ name, error }],
	);
	const [first] = failed;
	if (first === undefined || models.length === 1) return first?.error;
	const bug = bugAmong(
		failed.map(({ name, error }) => ({ label: name, error })),
	);
	if (bug !== undefined) return bug;
	const wrong = failed.filter(({ error }) => exitCodeOf(error) === INTEGRITY);
	const [worst] =
		wrongBytes === "any" || wrong.length === failed.length ? wrong : [];
	const { code, run } = worst?.error ?? {
		code:
			failed.length < models.length
				? "LLORCH_SOME_FAILED"
				: "LLORCH_ALL_FAILED",
		run: first.error.run,
	};
	const which =
		worst === undefined || wrong.length === failed.length
			? ""
			: `; with wrong bytes: ${listNames(wrong)}`;
	return {
		code,
		message: `${failed.length} of ${formatCount(models.length, "model")} failed: ${listNames(failed)}${which}`,
		...(run === undefined ? {} : { run }),
		details: { failed: failed.map(({ name }) => name) },
	};
}

function listNames(models: readonly Ended[]): string {
	return models.map(({ name }) => name).join(", ");
}
