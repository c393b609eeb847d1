import { dirname } from "node:path";
import {
	type Catalog,
	type CatalogOptions,
	createCatalog,
	createHub,
	createStore,
	findBaseDir,
	locateCache,
	parseEndpoint,
	readCatalog as readCatalogAt,
	readNetwork,
	readToken,
} from "@llorch/catalog";
import {
	type ModelsSettings,
	modelsSection,
} from "@llorch/catalog/declarations";
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

/** The catalog of the settings. */
export async function readCatalog(app: App, { catalog }: ModelsSettings) {
	return readCatalogAt(catalog, await standing(app));
}

async function standing(app: App) {
	const { cwd, home } = app;
	return { root: await app.repositoryRoot(), cwd, home };
}

/** What the use cases work with, but for the catalog. Nothing is connected before something must be fetched. */
export async function openModels(
	app: App,
	settings: ModelsSettings,
): Promise<Omit<CatalogOptions, "models">> {
	const { env, home, clock } = app;
	const { base_dir, endpoint, attempts } = settings;
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
		endpoint: parseEndpoint(endpoint).address,
		baseDir: findBaseDir(base_dir, await standing(app)),
		parallel: settings.parallel,
		clock,
	};
}
