import { type ErrorInfo, formatCount } from "@llorch/core";

/** What several models, each with its own end, are as the end of a command. `error`: it failed, and so. */
export function judgeModels(
	models: readonly { name: string; error?: ErrorInfo }[],
): ErrorInfo | undefined {
	const failed = models.filter(({ error }) => error !== undefined);
	const [first] = failed;
	if (first?.error === undefined) return undefined;
	if (models.length === 1) return first.error;
	const { code } = first.error;
	const names = failed.map(({ name }) => name).join(", ");
	// Wrong bytes are their own exit code, also where they are not alone.
	const oneCause = failed.every(({ error }) => error?.code === code);
	return {
		code:
			oneCause && code === "LLORCH_DIGEST_MISMATCH"
				? code
				: failed.length < models.length
					? "LLORCH_SOME_FAILED"
					: "LLORCH_ALL_FAILED",
		message: `${failed.length} of ${formatCount(models.length, "model")} failed: ${names}`,
		...(first.error.run === undefined ? {} : { run: first.error.run }),
		details: { failed: failed.map(({ name }) => name) },
	};
}
