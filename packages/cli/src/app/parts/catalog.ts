import { dirname, isAbsolute } from "node:path";
import {
	type Catalog,
	type CatalogOptions,
	createCatalog,
	createHub,
	createStore,
	locateCache,
	readModels,
	readNetwork,
	readToken,
} from "@llorch/catalog";
import {
	type ModelsSettings,
	modelsSection,
} from "@llorch/catalog/declarations";
import { expandPath, showPath } from "@llorch/config";
import type { App } from "../app.ts";
import { logFolder } from "../log.ts";
import { once } from "../once.ts";
import { version } from "../version.ts";

export async function openCatalog(app: App): Promise<Catalog> {
	const settings = (await app.config()).get(modelsSection);
	const [{ models, warnings }, options] = await Promise.all([
		readCatalog(app, settings),
		openModels(app, settings),
	]);
	return createCatalog({ ...options, models, warnings });
}

/** The catalog file of the settings, or the built-in one. */
export async function readCatalog(app: App, settings: ModelsSettings) {
	if (settings.catalog === "") return readModels();
	const { cwd, home } = app;
	const base = (await app.repositoryRoot()) ?? cwd;
	const file = expandPath(settings.catalog, { home, base });
	return readModels(file, showPath(file, { cwd, home }));
}

/** What the use cases work with, but for the catalog. Nothing is connected before something must be fetched. */
export async function openModels(
	app: App,
	settings: ModelsSettings,
): Promise<Omit<CatalogOptions, "models">> {
	const { env, home, clock } = app;
	const { base_dir, endpoint, attempts } = settings;
	const root = await app.repositoryRoot();
	const relative = !isAbsolute(base_dir) && !/^~(?:\/|$)/.test(base_dir);
	return {
		store: createStore({
			cache: locateCache(env, home),
			stateDir: dirname(logFolder(env, home)),
			hub: once(async () =>
				createHub({
					endpoint,
					token: await readToken({ env, home }),
					network: await readNetwork(env),
					clock,
					stallMs: settings.stall_timeout * 1000,
					attempts,
					userAgent: `llorch/${version}`,
				}),
			),
			clock,
			attempts,
		}),
		endpoint: endpoint.replace(/\/+$/, ""),
		baseDir:
			relative && root === undefined
				? undefined
				: expandPath(base_dir, { home, base: root ?? home }),
		parallel: settings.parallel,
		clock,
	};
}
