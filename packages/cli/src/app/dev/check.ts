import { showPath } from "@llorch/config";
import type { Check } from "@llorch/core";
import type { App } from "../app.ts";
import { configCheck } from "../doctor/checks/config.ts";
import {
	declared,
	modelChecks,
	rootOf,
	surroundingsOf,
} from "../doctor/declared-checks.ts";
import { openRemote } from "../parts/remote.ts";
import { hostsCheck } from "./checks/hosts.ts";
import { rootCheck } from "./checks/root.ts";
import { testModelCheck } from "./checks/test-model.ts";

/** What `dev check` looks at: not this machine's programs, as doctor does, but whether what is configured is there. */
export async function listSetupChecks(app: App): Promise<readonly Check[]> {
	const { home, cwd } = app;
	return [
		configCheck(app.configReport, (path) => showPath(path, { cwd, home })),
		rootCheck(app),
		...(await declared("catalog", "models", () =>
			modelChecks({ ...app, repositoryRoot: () => rootOf(app) }),
		)),
		...(await declared("toolchain", "[toolchain]", async () => {
			const { layoutCheck, workersCheck } = await import("@llorch/toolchain");
			const surroundings = await surroundingsOf(app);
			return [layoutCheck(surroundings), workersCheck(surroundings)];
		})),
		testModelCheck(app),
		await hostsCheck(app, (asking) => openRemote(asking, { verbose: false })),
	];
}
