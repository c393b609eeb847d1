import { CTRL_C, llorchSession, llorchTty, realTest } from "@llorch/testkit";
import { makeSshWorld } from "@llorch/testkit/ssh";
import { expect } from "vitest";

realTest(["sshd"], "a line for the host's shell", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	const llorch = llorchSession(world);
	expect(await llorch(["remote", "exec", "mac", "uname -s; exit 3"])).toEqual({
		stdout: "Linux\n",
		stderr: "",
		code: 3,
		signal: null,
	});
	expect(await world.hosts.mac?.quiet(1000)).toEqual([]);
	expect(world.hosts.mac?.logins()).toBe(1);
});
