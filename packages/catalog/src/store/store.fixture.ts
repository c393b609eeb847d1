import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ErrorInfo, type Event, follow, type Work } from "@llorch/core";
import {
	type HubOptions as ServerOptions,
	startHub,
	type Hub as TestServer,
} from "@llorch/testkit";
import { connect, failure, never, type TestHub } from "../hub/hub.fixture.ts";
import { createStore } from "./create-store.ts";
import type { FileRequest, Store, StoredFile } from "./types.ts";

/** A loopback hub, an empty cache, and a store between them. */
export type StoreWorld = AsyncDisposable & {
	server: TestServer;
	client: TestHub;
	store: Store;
	/** Holds all that follows. Its name has a space in it. */
	folder: string;
	cache: string;
	stateDir: string;
	/** A path under `folder`. */
	path(...parts: string[]): string;
	/** Makes the file be there; notes the events in `events`. */
	ensure(request: FileRequest, signal?: AbortSignal): Promise<StoredFile>;
	/** The error that `ensure` ends with. */
	refuse(request: FileRequest): Promise<ErrorInfo>;
	/** What was told since the last look. */
	events: Event[];
	notes(): string[];
	/** The same cache and notes for another process. */
	another(options?: { stateDir?: string }): Store;
};

export async function openStoreWorld(
	options: ServerOptions,
): Promise<StoreWorld> {
	const server = await startHub(options);
	const folder = await realpath(await mkdtemp(join(tmpdir(), "a store ")));
	const client = connect(server.url);
	const cache = join(folder, "hub");
	const stateDir = join(folder, "state");
	const another: StoreWorld["another"] = (own) =>
		createStore({
			cache,
			stateDir,
			hub: async () => client,
			clock: client.clock,
			...own,
		});
	const store = another();
	const events: Event[] = [];
	const ensure: StoreWorld["ensure"] = (request, signal = never) =>
		collect(store.ensureFile(request, { signal }), events);
	return {
		server,
		client,
		store,
		folder,
		cache,
		stateDir,
		path: (...parts) => join(folder, ...parts),
		ensure,
		refuse: (request) => failure(ensure(request)),
		events,
		notes: () =>
			events
				.splice(0)
				.flatMap((event) => (event.type === "note" ? [event.text] : [])),
		another,
		async [Symbol.asyncDispose]() {
			await client.close();
			await server.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

export function collect<V>(work: Work<V>, events: Event[] = []): Promise<V> {
	return follow(work, (event) => {
		events.push(event);
	});
}
