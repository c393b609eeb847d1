import type { App } from "../../app.ts";
import { sections } from "../../sections.ts";
import { exists } from "../exists.ts";
import type { Step } from "../types.ts";

/** A configuration file that explains every setting, with the backend that this machine can build. */
export function configStep(app: App): Step {
	return {
		id: "config",
		title: "configuration",
		async look() {
			const { files } = await app.configReport();
			const here = files.filter((file) => file.exists);
			if (here.length > 0)
				return {
					state: "present",
					text: here.map(({ path }) => path).join(", "),
				};
			const { userFile } = await import("@llorch/config");
			const backend = await detectBackend(app);
			return {
				state: "todo",
				text: `write ${userFile(app)}, with build.default_backend = "${backend}"`,
			};
		},
		async make(recorder) {
			const { editConfigText, renderConfigTemplate, userFile } = await import(
				"@llorch/config"
			);
			const path = userFile(app);
			const text = await editConfigText(renderConfigTemplate(sections), [
				{
					path: ["build", "default_backend"],
					value: await detectBackend(app),
				},
			]);
			// Somebody may have written one while we asked.
			if (!(await exists(path))) await recorder.writeFile(path, text);
			return path;
		},
	};
}

async function detectBackend(app: App): Promise<string> {
	if (process.platform === "darwin") return "metal";
	const { lookForCuda } = await import("@llorch/toolchain");
	const runner = await app.runner();
	const { cuda } = await lookForCuda({ runner, signal: app.signal });
	return cuda ? "cuda" : "cpu";
}
