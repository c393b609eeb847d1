import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode, LlorchError } from "@llorch/core";
import type { App } from "./app.ts";
import { sections } from "./sections.ts";

/** Writes a commented configuration file. Throws LLORCH_CONFIG_EXISTS rather than touch one that is there. */
export async function initConfig(
	app: App,
	{ user }: { user: boolean },
): Promise<{ path: string }> {
	const { PROJECT_FILE, renderConfigTemplate, userFile } = await import(
		"@llorch/config"
	);
	const { makeFolders } = await import("@llorch/run/make-folders");
	const path = user
		? userFile(app)
		: join((await app.configReport()).repositoryRoot ?? app.cwd, PROJECT_FILE);
	try {
		await makeFolders(dirname(path));
		// `wx`: two at once must not overwrite each other.
		await using file = await open(path, "wx");
		await file.writeFile(renderConfigTemplate(sections));
	} catch (error) {
		if (hasCode(error, "EROFS", "EACCES", "EPERM", "ENOSPC", "ENOTDIR"))
			throw new LlorchError(
				"LLORCH_CONFIG_UNWRITABLE",
				`${path} cannot be written: ${error.message}`,
				{ cause: error },
			);
		if (!hasCode(error, "EEXIST")) throw error;
		throw new LlorchError("LLORCH_CONFIG_EXISTS", `${path} is there already`, {
			hint: "It stays as it is.",
			run: ["config", "show", "--origin"],
		});
	}
	return { path };
}
