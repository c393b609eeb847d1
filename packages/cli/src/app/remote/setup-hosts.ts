import type { Work } from "@llorch/core";
import {
	type HostList,
	type HostRef,
	type Remote,
	removeBuilds,
} from "@llorch/remote";
import type { App } from "../app.ts";
import { buildId } from "../build-id.ts";
import { type HostEnds, onHosts } from "./on-hosts.ts";
import { type SetupResult, setUpHost } from "./setup.ts";

/** What was done on one host; `removed`: builds that are gone. */
export type SetupEnd =
	| (SetupResult & { removed?: readonly string[] })
	| { host: string; status: "removed"; removed: readonly string[] };

/** One host's end, or those of several. */
export type SetupEnds = SetupEnd | HostEnds<SetupEnd>;

export type SetupWishes = {
	hosts: HostList;
	binary: string | undefined;
	force: boolean;
	undo: boolean;
	prune: boolean;
};

export async function* setUpHosts(
	app: App,
	remote: Remote,
	wishes: SetupWishes,
): Work<SetupEnds> {
	const one = async function* (host: HostRef): Work<SetupEnd> {
		const session = await remote.session(host);
		const { runner } = session;
		const { signal } = app;
		if (wishes.undo)
			return {
				host: host.name,
				status: "removed",
				removed: await removeBuilds(runner, { keep: undefined, signal }),
			};
		// A full disk may need the room before the new one comes.
		const removed = wishes.prune
			? await removeBuilds(runner, { keep: await buildId(), signal })
			: undefined;
		const result = yield* setUpHost(session, { app, ...wishes });
		return { ...result, ...(removed === undefined ? {} : { removed }) };
	};
	const [only] = wishes.hosts.hosts;
	if (!wishes.hosts.fleet && only !== undefined) return yield* one(only);
	return yield* onHosts(wishes.hosts, one, { signal: app.signal });
}
