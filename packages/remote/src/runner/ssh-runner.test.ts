import { capture } from "@llorch/core";
import { createLocalRunner } from "@llorch/run";
import { realTest } from "@llorch/testkit";
import { makeSshWorld, type SshWorld } from "@llorch/testkit/ssh";
import { expect } from "vitest";
import { connect } from "../connect.ts";
import { createSshRunner } from "./ssh-runner.ts";

async function connectTo(world: SshWorld, name: string) {
	return connect(
		{ name, profile: {} },
		{
			source: {
				runner: createLocalRunner({ env: world.env, cwd: world.folder }),
				configFile: world.sshConfig,
				home: world.home,
				env: world.env,
			},
			settings: { connect_timeout: 10, transport: "auto" },
			passphrases: new Map(),
			ask: () => Promise.reject(new Error("nobody is here")),
			signal: new AbortController().signal,
		},
	);
}

realTest(["sshd"], "runs a program", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	const connection = await connectTo(world, "mac");
	const runner = createSshRunner({
		host: "mac",
		connection,
		leaseSeconds: 5,
		path: [],
	});
	expect(
		await capture(runner, {
			file: "sh",
			args: ["-c", "echo $PWD; cat; echo no >&2; exit 3"],
			stdin: "hi\n",
		}),
	).toEqual({
		stdout: "/home/far\nhi\n",
		stderr: "no\n",
		result: { exitCode: 3 },
	});
	await runner.leave();
	await connection.close();
	expect(await world.hosts.mac?.quiet(2000)).toEqual([]);
});
