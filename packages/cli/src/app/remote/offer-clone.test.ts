import type { Event } from "@llorch/core";
import { createLocalRunner } from "@llorch/run";
import { makeWorld } from "@llorch/testkit";
import { expect, test } from "vitest";
import { silence } from "../conversation.ts";
import { offerClone } from "./offer-clone.ts";

test("a password in the repository's address is shown nowhere", async () => {
	const said: string[] = [];
	// git makes the folders on the way to a clone that then fails.
	await using world = await makeWorld();
	const repository = world.path("place");
	const runner = createLocalRunner({ env: world.env, cwd: "/" });
	// Port 9 (discard): nobody listens.
	const repo_url = "http://me:pass-word@127.0.0.1:9/x.git";
	const done = offerClone(
		{ host: { name: "mac", profile: {} }, runner } as never,
		{
			place: { repository, folder: "", required: true },
			forwarding: {
				start: { argv: ["git", "log"] },
				app: { env: {}, signal: new AbortController().signal },
			} as never,
			settings: { repo_url } as never,
			conversation: {
				...silence,
				ask: async ({ id, text }) => {
					said.push(text);
					return { id, value: true };
				},
				handle: async (event: Event) => {
					if (event.type === "note") said.push(event.text);
				},
			},
		},
	);
	said.push(await done.then(String, ({ info }) => JSON.stringify(info)));
	expect(said).toEqual([
		`There is no ${repository} on mac. Clone http://***@127.0.0.1:9/x.git there?`,
		"cloning http://***@127.0.0.1:9/x.git on mac",
		expect.stringContaining("git could not clone http://***@127.0.0.1:9/x.git"),
	]);
	expect(said.join()).not.toContain("pass-word");
});
