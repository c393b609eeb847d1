import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode, LlorchError } from "@llorch/core";
import type { App } from "./app.ts";
import { sections } from "./sections.ts";
import { writeConfig } from "./write-config.ts";

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
	await writeConfig(path, async () => {
		await makeFolders(dirname(path));
		// `wx`: two at once must not overwrite each other.
		await using file = await open(path, "wx").catch(explainExisting);
		await file.writeFile(renderConfigTemplate(sections));
	});
	return { path };

	function explainExisting(error: unknown): never {
		if (!hasCode(error, "EEXIST")) throw error;
		throw new LlorchError("LLORCH_CONFIG_EXISTS", `${path} is there already`, {
			hint: "It stays as it is.",
			run: ["config", "show", "--origin"],
		});
	}
}
