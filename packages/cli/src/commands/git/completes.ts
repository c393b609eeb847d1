import type { Candidate, CompletionSource } from "../../app/completion.ts";

/** The submodules. */
export const completeSubmodules: CompletionSource = async (app) => {
	const git = await app.git();
	return (await git.submodules({ signal: app.signal })).map(
		({ path, state }) => ({ word: path, describe: state }),
	);
};

/** A submodule, then one of its branches. */
export const completeSubmoduleBranch: CompletionSource = async (
	app,
	before,
) => {
	const [name] = before;
	if (name === undefined) return completeSubmodules(app, before, "");
	const git = await app.git();
	const { local, remote } = await git.listSubmoduleBranches({
		name,
		signal: app.signal,
	});
	const words = new Map<string, Candidate>();
	for (const { name: full, subject } of remote) {
		const word = full.slice(full.indexOf("/") + 1);
		words.set(word, { word, describe: subject });
	}
	for (const { name: word, subject } of local)
		words.set(word, { word, describe: subject });
	return [...words.values()];
};

/** The undo entries. */
export const completeUndoEntries: CompletionSource = async (app) => {
	const git = await app.git();
	return (await git.listUndo({ signal: app.signal })).map(
		({ id, action, what }) => ({ word: id, describe: `${action}: ${what}` }),
	);
};
