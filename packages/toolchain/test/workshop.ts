import { mkdir } from "node:fs/promises";
import {
	type ErrorInfo,
	type Event,
	follow,
	LlorchError,
	type Section,
	type Work,
} from "@llorch/core";
import { createLocalRunner, systemClock } from "@llorch/run";
import { makeRustWorld, type World } from "@llorch/testkit";
import {
	buildSection,
	toolchainSection,
	workerSection,
} from "../src/settings.ts";
import type { Surroundings } from "../src/surroundings.ts";

/** A copy of the small llama-orch with real cargo, in a world of its own. Dispose of the world afterwards. */
export type Workshop = {
	world: World;
	/** Fresh surroundings; `env` is added to the world's. */
	surroundings(env?: Readonly<Record<string, string>>): Surroundings;
};

/** What a use case said and how it ended. */
export type Ended<R> = {
	result: R;
	error: ErrorInfo | undefined;
	events: Event[];
	/** Texts of the notes. */
	notes: string[];
	/** The bytes of one stream's output events, as text. */
	text(stream: "out" | "err"): string;
};

export async function makeWorkshop(): Promise<Workshop> {
	const world = await makeRustWorld();
	await mkdir(world.path("models"));
	await world.write({ "models/tiny.gguf": "model" });
	return {
		world,
		surroundings: (more = {}) => {
			const env = { ...world.env, ...more };
			return {
				runner: createLocalRunner({
					env,
					cwd: world.folder,
					killAfterMs: 1000,
				}),
				clock: systemClock,
				root: world.folder,
				cwd: world.folder,
				home: world.home,
				env,
				platform: "linux",
				pid: process.pid,
				stateFolder: world.path("~/.local/state/llorch"),
				settings: {
					build: defaults(buildSection),
					worker: {
						...defaults(workerSection),
						test_model: "models/tiny.gguf",
					},
					toolchain: defaults(toolchainSection),
				},
				modelPath: async (model) => {
					throw new LlorchError("LLORCH_UNKNOWN_MODEL", `no model ${model}`);
				},
			};
		},
	};
}

export function defaults<S>(section: Section<S>): S {
	const settings = section.settings as Record<string, { default: unknown }>;
	return Object.fromEntries(
		Object.entries(settings).map(([key, setting]) => [key, setting.default]),
	) as S;
}

/** Runs a use case to its end, whatever that is. */
export async function ended<R>(
	work: Work<R>,
	onEvent: (event: Event) => void | Promise<void> = () => {},
): Promise<Ended<R>> {
	const events: Event[] = [];
	let result: R | undefined;
	let error: ErrorInfo | undefined;
	try {
		result = await follow(work, (event) => {
			events.push(event);
			return onEvent(event);
		});
	} catch (thrown) {
		if (!(thrown instanceof LlorchError)) throw thrown;
		error = thrown.info;
	}
	return {
		result: result as R,
		error,
		events,
		notes: events.flatMap((event) =>
			event.type === "note" ? [event.text] : [],
		),
		text: (stream) =>
			Buffer.concat(
				events.flatMap((event) =>
					event.type === "output" && event.stream === stream
						? [event.bytes]
						: [],
				),
			).toString(),
	};
}

export const never = new AbortController().signal;
