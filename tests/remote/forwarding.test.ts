import { llorchSession, llorchTty, realTest } from "@llorch/testkit";
import { makeSshWorld, startTcpProxy } from "@llorch/testkit/ssh";
import { expect } from "vitest";

realTest(
	["sshd"],
	"one host: the same shape as here, one login, and what is missing is said",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: { node: true } } });
		const mac = world.hosts.mac;
		const llorch = llorchSession(world);
		const missing = await llorch("models list --remote mac");
		expect(missing).toMatchObject({ code: 5, stdout: "" });
		expect(missing.stderr).toMatch(
			/^error: \[mac\] this llorch \(.*\) is not on mac \(LLORCH_REMOTE_NO_LLORCH\)\n {2}--setup beside --remote puts it there on the way.\n {2}next: llorch remote setup mac\n$/,
		);
		expect(await llorch("models list --remote mac --setup")).toMatchObject({
			code: 0,
			stdout: "",
		});
		const before = mac?.logins() ?? 0;
		const path = await llorch("config path --remote mac --json");
		expect(JSON.parse(path.stdout)).toMatchObject({ ok: true, exit: 0 });
		expect(path.stdout).toContain("/home/far/.config/llorch/config.toml");
		expect(mac?.logins()).toBe(before + 1);
		expect(await llorch("models verify nope --remote mac")).toMatchObject({
			code: 2,
			stderr:
				'error: there is no model "nope" (LLORCH_UNKNOWN_MODEL)\n  next: llorch models catalog --remote mac\n',
		});
		// Where the configuration says the repository is, it must be; --cwd is a folder over there.
		const env = { LLORCH_REMOTE_PATH: "~/no such place" };
		expect(await llorch("models list --remote mac", { env })).toMatchObject({
			code: 5,
			stderr: expect.stringContaining(
				"there is no ~/no such place on mac (LLORCH_REMOTE_NO_REPO)",
			),
		});
		expect(
			await llorch(["config", "path", "--remote", "mac", "--cwd", "/usr"]),
		).toMatchObject({
			code: 0,
			stdout: expect.stringContaining("/usr/.llorch.toml"),
		});
		expect(
			await llorch("models list --remote mac --no-such-flag"),
		).toMatchObject({ code: 2 });
		expect(await llorch("explain LLORCH_USAGE --remote mac")).toMatchObject({
			code: 2,
		});
		expect(await mac?.quiet(1000)).toEqual([]);
	},
	60_000,
);

realTest(
	["sshd"],
	"several hosts: tagged, summed up, the fleet shape, and doctor as a table",
	async () => {
		await using world = await makeSshWorld({
			hosts: { mac: { node: true }, box: { node: true } },
		});
		await world.write({
			"~/.config/llorch/config.toml": `version = 1\n[remote]\nssh_config = "${world.sshConfig}"\n[remote.hosts.mac]\n[remote.hosts.box]\n[remote.hosts.off]\nhost = "127.0.0.1"\nport = 1\n`,
		});
		const llorch = llorchSession(world);
		expect(await llorch("remote setup mac,box")).toMatchObject({ code: 0 });
		const path = await llorch("config path --remote mac,box");
		expect(path).toMatchObject({ code: 0, stderr: "2 of 2 hosts done\n" });
		expect(path.stdout).toContain(
			"[mac] user\t/home/far/.config/llorch/config.toml",
		);
		expect(path.stdout).toContain(
			"[box] user\t/home/far/.config/llorch/config.toml",
		);
		const doctor = await llorch("dev doctor --remote @all");
		expect(doctor.stdout).toMatch(/^git\tok\tok$/m);
		expect(doctor.stderr).toContain("[off] off refused the connection");
		expect(doctor.stderr).toContain("2 of 3 hosts done\n");
		expect(doctor.code).toBe(6);
		const json = await llorch("config path --remote mac, --json").then(() =>
			llorch("config path --remote box,off --json"),
		);
		expect(JSON.parse(json.stdout)).toMatchObject({
			ok: false,
			exit: 6,
			result: {
				hosts: [
					{
						host: "box",
						ok: true,
						exit: 0,
						durationMs: expect.any(Number),
						result: expect.anything(),
					},
					{
						host: "off",
						ok: false,
						exit: 5,
						error: { code: "LLORCH_HOST_REFUSED", host: "off" },
					},
				],
			},
		});
	},
	60_000,
);

realTest(
	["sshd", "python3"],
	"questions are asked here, and a lost link is told",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: { node: true } } });
		const host = world.hosts.mac;
		const llorch = llorchSession(world);
		const asked = llorchTty(world, "config path --remote mac");
		await asked.waitFor("[mac] This llorch is not on mac. Put it there? [y/N]");
		asked.send("y\r");
		expect(await asked.done).toMatchObject({
			code: 0,
			text: expect.stringContaining("/home/far/.config/llorch"),
		});
		// The link breaks while the far llorch waits for its input.
		await using proxy = await startTcpProxy(host?.port ?? 0);
		await world.write({
			"~/.ssh/known_hosts": `[127.0.0.1]:${proxy.port} ${host?.publicKey}\n`,
		});
		const run = llorch.start(
			`fanout run -m a --remote root@127.0.0.1:${proxy.port}`,
			{ stdin: "open" },
		);
		while (
			!(await host?.processes())?.some(({ command }) =>
				command.includes("--far"),
			)
		)
			await new Promise((resolve) => setTimeout(resolve, 30));
		proxy.cut();
		expect(await run.done).toMatchObject({
			code: 5,
			stderr: expect.stringContaining("LLORCH_HOST_LOST"),
		});
	},
	60_000,
);

realTest(
	["sshd"],
	"a llorch there that ends at once is said to be broken; input is for one host, and Ctrl-C needs none",
	async () => {
		await using world = await makeSshWorld({
			hosts: { mac: { node: true }, box: { node: true } },
		});
		const llorch = llorchSession(world);
		const { stdout } = await llorch("--build-id");
		const place = `.llorch/bin/${stdout.trim()}`;
		const line = `mkdir -p ${place} && cp /bin/true ${place}/llorch`;
		expect(await llorch(["remote", "exec", "mac", line])).toMatchObject({
			code: 0,
		});
		expect(await llorch("config path --remote mac")).toMatchObject({
			code: 5,
			stderr: expect.stringMatching(
				/LLORCH_REMOTE_LLORCH_BROKEN\)\n {2}Put it there anew\.\n {2}next: llorch remote setup mac --force\n$/,
			),
		});
		expect(await llorch("remote setup mac,box --force")).toMatchObject({
			code: 0,
		});
		const fleet = await llorch("fanout run -m no-model --remote mac,box");
		expect(fleet.code).toBe(1);
		expect(fleet.stderr).toContain("0 of 2 hosts done");
		const waiting = llorch.start("fanout run -m no-model --remote mac", {
			stdin: "open",
		});
		await expect
			.poll(
				async () =>
					(await world.hosts.mac?.processes())?.some(({ command }) =>
						command.includes("--far"),
					),
				{ timeout: 20_000 },
			)
			.toBe(true);
		const startedAt = performance.now();
		waiting.kill("SIGINT");
		expect(await waiting.done).toMatchObject({
			code: 130,
			stderr: expect.not.stringContaining("Put it there anew"),
		});
		expect(performance.now() - startedAt).toBeLessThan(8000);
	},
	90_000,
);
