import { join } from "node:path";
import { LlorchError } from "@llorch/core";
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
	const { exists } = await import("./setup/exists.ts");
	const { writeFileAtomic } = await import("@llorch/run");
	const path = user
		? userFile(app)
		: join((await app.configReport()).repositoryRoot ?? app.cwd, PROJECT_FILE);
	await writeConfig(path, app.signal, async () => {
		if (await exists(path))
			throw new LlorchError(
				"LLORCH_CONFIG_EXISTS",
				`${path} is there already`,
				{
					hint: "It stays as it is.",
					run: ["config", "show", "--origin"],
				},
			);
		await writeFileAtomic(path, renderConfigTemplate(sections));
	});
	return { path };
}
