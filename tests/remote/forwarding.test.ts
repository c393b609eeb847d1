import { llorchSession, realTest } from "@llorch/testkit";
import { makeSshWorld } from "@llorch/testkit/ssh";
import { expect } from "vitest";

realTest(["sshd"], "a command on a host is as if it ran here", async () => {
	await using world = await makeSshWorld({ hosts: { mac: { node: true } } });
	const llorch = llorchSession(world);
	const missing = await llorch("models list --remote mac");
	expect(missing).toMatchObject({ code: 5, stdout: "" });
	expect(missing.stderr).toMatch(
		/^error: \[mac\] this llorch \(.*\) is not on mac \(LLORCH_REMOTE_NO_LLORCH\)\n {2}--setup beside --remote puts it there on the way.\n {2}next: llorch remote setup mac\n$/,
	);
	const setup = await llorch("remote setup mac");
	expect(setup.stdout).toMatch(/^mac: llorch \S+ is ready \(linux-x64\)\n$/);
	for (const line of [
		"models list",
		"config path",
		"dev doctor --json",
		"models verify nope",
	]) {
		console.log(line, await llorch(`${line} --remote mac`));
	}
	console.log(await llorch(`models list --remote mac,mac`));
	console.log(await llorch(`models list --remote mac, --json`));
	expect(await world.hosts.mac?.quiet(1000)).toEqual([]);
	expect(world.hosts.mac?.logins()).toBe(6);
});
