import { systemClock } from "@llorch/run";
import { createHub } from "../hub/create-hub.ts";
import { readNetwork } from "../hub/network.ts";
import { createStore } from "./create-store.ts";
import type { FileRequest } from "./types.ts";

/** What a test gives a process of its own: as JSON in its first argument. */
export type ChildTask = {
	endpoint: string;
	cache: string;
	stateDir: string;
	request: FileRequest;
};

// A program for tests: makes one file be there, and prints what became of it as JSON.
const task = JSON.parse(process.argv[2] ?? "") as ChildTask;
const hub = createHub({
	endpoint: task.endpoint,
	network: await readNetwork(process.env),
	clock: systemClock,
});
const store = createStore({
	...task,
	hub: async () => hub,
	clock: systemClock,
});
const work = store.ensureFile(task.request, {
	signal: new AbortController().signal,
});
try {
	for (;;) {
		const step = await work.next();
		if (!step.done) continue;
		console.log(JSON.stringify(step.value));
		break;
	}
} catch (error) {
	console.log(
		JSON.stringify((error as { info?: unknown }).info ?? String(error)),
	);
	process.exitCode = 1;
}
await hub.close();
