import { arch, hostname, release, type } from "node:os";
import { createFanout, type Fanout } from "@llorch/fanout";
import {
	fanoutDefaultsSection,
	fanoutSection,
} from "@llorch/fanout/declarations";
import type { App } from "../app.ts";
import { version } from "../version.ts";

/** @param argv llorch's own words, for the manifest */
export async function openFanout(
	app: App,
	argv: readonly string[],
): Promise<Fanout> {
	const config = await app.config();
	return createFanout({
		runner: await app.runner(),
		llm: await app.llm(),
		clock: app.clock,
		signal: app.signal,
		cwd: app.cwd,
		home: app.home,
		input: app.input(),
		settings: {
			...config.get(fanoutSection),
			...config.get(fanoutDefaultsSection),
		},
		facts: {
			cliArgs: argv,
			hostname: hostname(),
			osInfo: `${type()} ${release()} ${arch()}`,
			configPaths: config.files
				.filter(({ exists }) => exists)
				.map(({ path }) => path),
			llorchVersion: version,
		},
	});
}
