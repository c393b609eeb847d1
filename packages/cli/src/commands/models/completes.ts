import type { CompletionSource } from "../../app/completion.ts";

/** The ids of the catalog. */
export const completeModels: CompletionSource = async (app) => {
	const catalog = await app.catalog();
	return catalog.ids().map(({ id, name }) => ({ word: id, describe: name }));
};
