import { expandPath } from "@llorch/config";
import { LlorchError } from "@llorch/core";
import { exists } from "../path-exists.ts";
import type { Surroundings } from "../surroundings.ts";

/** A model of the catalog, or a path: one with a slash in it is looked for on the disk first, one without in the catalog. */
export async function findModel(
	{ root, cwd, home, settings, modelPath }: Surroundings,
	asked: string | undefined,
): Promise<string> {
	const model = asked ?? settings.worker.test_model;
	const path = expandPath(model, {
		home,
		base: asked === undefined ? root : cwd,
	});
	if (model.includes("/") && (await exists(path))) return path;
	try {
		return await modelPath(model);
	} catch (error) {
		const unknown =
			error instanceof LlorchError &&
			error.info.code === "LLORCH_UNKNOWN_MODEL";
		if (!unknown) throw error;
		if (await exists(path)) return path;
		if (!model.includes("/")) throw error;
		throw new LlorchError(
			"LLORCH_WORKER_MODEL_MISSING",
			`there is no model at ${path}`,
			{ run: ["models", "list"], details: { path } },
		);
	}
}
