import { dirname, join } from "node:path";
import { formatBytes, LlorchError } from "@llorch/core";
import { workerSection } from "@llorch/toolchain/declarations";
import type { App } from "../../app.ts";
import { logFolder } from "../../log.ts";
import { missingFolders } from "../record.ts";
import type { Step } from "../types.ts";

/** The model that `test inference` runs. */
export function modelStep(app: App): Step {
	const chosen = async () => (await app.config()).get(workerSection).test_model;
	return {
		id: "model",
		title: "model",
		async look() {
			const id = await chosen();
			const catalog = await app.catalog();
			if (!catalog.ids().some((model) => model.id === id))
				return {
					state: "skip",
					text: `worker.test_model is ${id}, which is none of the catalog's`,
				};
			const { path, size, license } = await catalog.info(id);
			if (path !== undefined) return { state: "present", text: path };
			const facts = [
				...(size === undefined ? [] : [formatBytes(size)]),
				...(license === undefined ? [] : [`licence ${license}`]),
			];
			return {
				state: "todo",
				text: `download ${id}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`,
			};
		},
		async *make(recorder) {
			const id = await chosen();
			const catalog = await app.catalog();
			const { cache, base } = await catalog.diskUsage();
			const state = join(dirname(logFolder(app.env, app.home)), "models");
			for (const place of [cache.path, base?.path, state])
				for (const path of (place === undefined
					? []
					: await missingFolders(place)
				).slice(0, 1))
					await recorder.add({ kind: "leftovers", path });
			// What was here before is the user's own, also when the download only takes it over.
			if ((await catalog.info(id)).state === "absent")
				await recorder.add({ kind: "model", id });
			const { models } = yield* catalog.download({
				names: [id],
				signal: app.signal,
			});
			const [model] = models;
			if (model?.error !== undefined) throw LlorchError.from(model.error);
			return model?.path ?? id;
		},
	};
}
