import type { Work } from "@llorch/core";
import {
	type HostFacts,
	type HostList,
	type HostRef,
	probeHost,
	type Remote,
} from "@llorch/remote";
import { remoteSection } from "@llorch/remote/declarations";
import type { App } from "../app.ts";
import { buildId } from "../build-id.ts";
import { type HostEnds, onHosts } from "./on-hosts.ts";
import { keepPath } from "./profiles.ts";

/** What is known about a host once somebody has been there. */
export type HostReport = HostFacts & {
	host: string;
	/** `ssh2`, `openssh`, `openssh (ControlMaster)` */
	transport: string;
	/** This very llorch is there. */
	ready: boolean;
	/** Milliseconds until we were in. */
	loginMs: number;
	/** Folders that were found and are kept in the profile now. */
	keptPath: readonly string[];
};

/** Looks at hosts, one after the other's questions, all at once otherwise. */
export async function* testHosts(
	app: App,
	remote: Remote,
	hosts: HostList,
): Work<HostEnds<HostReport>> {
	const id = await buildId();
	const settings = (await app.config()).get(remoteSection);
	const ends = yield* onHosts(
		hosts,
		async (host: HostRef, signal): Promise<HostReport> => {
			const startedAt = app.clock.now();
			const { connection, runner } = await remote.session(host);
			const loginMs = app.clock.now() - startedAt;
			const facts = await probeHost(runner, {
				repository:
					app.env.LLORCH_REMOTE_PATH ||
					host.profile.repo_path ||
					settings.repo_path ||
					undefined,
				signal,
			});
			return {
				host: host.name,
				transport: connection.description,
				ready: facts.builds.includes(id),
				loginMs,
				...facts,
				keptPath: [],
			};
		},
		{ signal: app.signal },
	);
	// One after the other: they share a file.
	for (const end of ends.hosts) {
		const found = end.result?.extraPath ?? [];
		if (end.result === undefined || found.length === 0) continue;
		if (await keepPath(app, end.host, found)) end.result.keptPath = found;
	}
	return ends;
}
