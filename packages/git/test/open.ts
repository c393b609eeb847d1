import { type Event, follow, type Work } from "@llorch/core";
import { createLocalRunner, systemClock } from "@llorch/run";
import type { World } from "@llorch/testkit";
import { createGit, type Git, type GitOptions } from "../src/index.ts";

export const signal = new AbortController().signal;

/** The repository of a world. */
export function openGit(world: World, options: Partial<GitOptions> = {}): Git {
	return createGit({
		runner: createLocalRunner({ env: world.env, cwd: world.folder }),
		clock: systemClock,
		folder: world.folder,
		parallel: 2,
		maxFile: 100_000_000,
		days: 30,
		os: "Linux 6",
		env: world.env,
		...options,
	});
}

/** The result of some work, and what it said. */
export async function finish<V>(
	work: Work<V>,
): Promise<{ value: V; events: Event[] }> {
	const events: Event[] = [];
	const value = await follow(work, (event) => {
		events.push(event);
	});
	return { value, events };
}
