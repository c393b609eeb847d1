import { formatBytes, LlorchError, type Work } from "@llorch/core";
import { usablePath } from "./info.ts";
import type { Cancel, CatalogOptions } from "./options.ts";
import { inspectTarget } from "./state.ts";
import { findTarget } from "./target.ts";
import { verifyModels } from "./verify.ts";

export type ModelPath = { name: string; path: string };

/**
 * Where a program finds the model: its link under the base folder where there is one, else its place in the cache; of
 * several files, the folder. Only of bytes that are the right ones: what another tool has put there is hashed, once. Throws
 * LLORCH_UNKNOWN_MODEL, LLORCH_MODEL_ABSENT, LLORCH_CACHE_UNUSABLE, LLORCH_DIGEST_MISMATCH for a file that is not what it
 * must be, and LLORCH_MODEL_UNCHECKED where nobody knows what that is. No network.
 */
export async function* findPath(
	options: CatalogOptions,
	{ name, signal }: { name: string } & Cancel,
): Work<ModelPath> {
	const target = findTarget(name, options);
	const { state, bytes, files } = await inspectTarget(options.store, target);
	if (state === "unchecked") {
		const { models } = yield* verifyModels(options, { names: [name], signal });
		const error = models.find((model) => model.error !== undefined)?.error;
		if (error !== undefined) throw LlorchError.from(error);
	}
	const path = usablePath(files);
	if (path !== undefined) return { name, path };
	const hidden = files.find(({ why }) => why !== undefined)?.why;
	if (hidden !== undefined) throw LlorchError.from(hidden);
	if (state === "damaged") {
		const file = files.find((each) => each.state === "wrong");
		throw new LlorchError(
			"LLORCH_DIGEST_MISMATCH",
			`${file?.blob ?? name} is not the file that ${name} must be`,
			{ run: ["models", "verify", name] },
		);
	}
	throw new LlorchError("LLORCH_MODEL_ABSENT", tell(name, state, bytes), {
		run: ["models", "download", name],
	});
}

function tell(name: string, state: string, bytes: number): string {
	if (state === "partial")
		return `only ${formatBytes(bytes)} of ${name} are on this machine`;
	if (state === "found")
		return `the files of ${name} are on this machine, but nobody has checked them yet`;
	return `${name} is not on this machine`;
}
