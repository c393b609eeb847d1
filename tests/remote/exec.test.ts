import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CTRL_C, llorchSession, llorchTty, realTest } from "@llorch/testkit";
import { makeSshWorld, type SshHost, startTcpProxy } from "@llorch/testkit/ssh";
import { expect } from "vitest";

realTest(
	["sshd"],
	"a line for the host's shell, words as they are, and the program's own exit code",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const llorch = llorchSession(world);
		expect(await llorch(["remote", "exec", "mac", "uname -s; exit 3"])).toEqual(
			{
				stdout: "Linux\n",
				stderr: "",
				code: 3,
				signal: null,
			},
		);
		expect(await world.hosts.mac?.quiet(1000)).toEqual([]);
		expect(world.hosts.mac?.logins()).toBe(1);
		expect(
			await llorch([
				"remote",
				"exec",
				"mac",
				"--",
				"printf",
				"%s|",
				"a b",
				"--json",
				"$HOME",
			]),
		).toMatchObject({ stdout: "a b|--json|$HOME|", code: 0 });
		expect(
			await llorch(["remote", "exec", "mac", "cat; kill -9 $$"], {
				stdin: "in",
			}),
		).toMatchObject({ stdout: "in", code: 137 });
		expect(await llorch(["remote", "exec", "mac", "echo|wc"])).toMatchObject({
			stdout: expect.stringMatching(/^ +1 +0 +1\n$/),
			code: 0,
		});
		const json = await llorch([
			"remote",
			"exec",
			"--json",
			"mac",
			"echo out; echo err >&2; exit 4",
		]);
		expect({ ...json, stdout: JSON.parse(json.stdout) }).toMatchObject({
			stdout: {
				ok: false,
				exit: 4,
				result: { host: "mac", exitCode: 4, stdout: "out\n", stderr: "err\n" },
			},
			stderr: "",
			code: 4,
		});
		expect(await llorch("remote exec mac no-such-program")).toMatchObject({
			code: 127,
			stderr: expect.stringContaining("LLORCH_PROGRAM_NOT_FOUND"),
		});
		expect(await llorch("remote exec 127.0.0.1:1 true")).toMatchObject({
			code: 255,
			stderr: expect.stringContaining("LLORCH_HOST_REFUSED"),
		});
		expect(await llorch("remote exec mac")).toMatchObject({ code: 2 });
		expect(
			await llorch("remote exec --timeout 0.2 mac -- sleep 100"),
		).toMatchObject({
			code: 255,
			stderr: expect.stringContaining("LLORCH_REMOTE_TIMEOUT"),
		});
		// --cwd is a folder over there, and needs none here.
		expect(await llorch("remote exec --cwd /mnt/host mac pwd")).toMatchObject({
			stdout: "/mnt/host\n",
			stderr: "",
			code: 0,
		});
		expect(
			await llorch("remote exec --timeout 0 mac -- echo whole"),
		).toMatchObject({ stdout: "whole\n", stderr: "", code: 0 });
	},
);

realTest(
	["sshd"],
	"a login that runs something else than what it is told to is said to, and ends",
	async () => {
		await using world = await makeSshWorld({ hosts: { gate: {} } });
		const gate = world.hosts.gate as SshHost;
		const keys = join(gate.folder, "authorized_keys");
		const key = readFileSync(keys, "utf8");
		const llorch = llorchSession(world);
		for (const [command, said] of [
			["echo Hi; exit 1", "the login shell does not run commands: Hi"],
			["true", "the login shell does not run commands"],
			["yes", "the login prints on and on, and runs no command"],
		]) {
			writeFileSync(keys, `command="${command}" ${key}`);
			for (const words of ["exec gate true", "hosts test gate"])
				expect((await llorch(`remote ${words}`)).stderr).toContain(
					`${said} (LLORCH_LOGIN_REFUSED)`,
				);
		}
		expect(await gate.quiet(3000)).toEqual([]);
	},
	60_000,
);

realTest(
	["sshd"],
	"a command ends well whose guard on the host was killed",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const mac = world.hosts.mac as SshHost;
		const run = llorchSession(world).start(
			[...["remote", "exec", "mac"], "echo ready; read -r go; echo end"],
			{ stdin: "open" },
		);
		await run.waitFor("ready");
		for (const { pid, command } of await mac.processes())
			if (command.includes("eval")) process.kill(pid, "SIGKILL");
		run.write("go\n");
		run.endInput();
		expect(await run.done).toMatchObject({ stdout: "ready\nend\n", code: 0 });
		expect(await mac.quiet(3000)).toEqual([]);
	},
);

realTest(
	["sshd"],
	"several hosts at once: tagged lines, a summary, the fleet shape",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {}, box: {} } });
		const llorch = llorchSession(world);
		const run = await llorch([
			"remote",
			"exec",
			"mac,box,127.0.0.1:1",
			"echo here; test $$ -gt 0",
		]);
		expect(run.stdout.split("\n").toSorted()).toEqual([
			"",
			"[box] here",
			"[mac] here",
		]);
		expect(run.stderr).toContain(
			"[127.0.0.1:1] 127.0.0.1:1 refused the connection",
		);
		expect(run.stderr).toContain("2 of 3 hosts done\n");
		expect(run.code).toBe(6);
		const json = await llorch([
			"remote",
			"exec",
			"--json",
			"mac,127.0.0.1:1",
			"echo here",
		]);
		expect(JSON.parse(json.stdout)).toMatchObject({
			ok: false,
			exit: 6,
			error: { code: "LLORCH_SOME_FAILED" },
			result: {
				hosts: [
					{
						host: "mac",
						ok: true,
						exit: 0,
						durationMs: expect.any(Number),
						result: { stdout: "here\n" },
					},
					{
						host: "127.0.0.1:1",
						ok: false,
						exit: 255,
						error: { code: "LLORCH_HOST_REFUSED" },
					},
				],
			},
		});
		expect(
			await llorch("remote exec 127.0.0.1:1,127.0.0.1:2 true"),
		).toMatchObject({ code: 1 });
		expect(world.hosts.mac?.logins()).toBe(2);
	},
);

const TRANSPORTS = ["ssh2", "openssh"];

/** A world with one host, that is reached so. */
async function worldWith(transport: string) {
	const world = await makeSshWorld({ hosts: { mac: {} } });
	appendFileSync(
		world.path("~/.config/llorch/config.toml"),
		`transport = "${transport}"\n`,
	);
	return world;
}

for (const transport of TRANSPORTS)
	realTest(
		["sshd"],
		`Ctrl-C, kill -9, a stopped llorch and a silent link leave nothing, there or here (${transport})`,
		async () => {
			await using world = await worldWith(transport);
			const host = world.hosts.mac as SshHost;
			const llorch = llorchSession(world);
			const start = async (name: string) => {
				const run = llorch.start([
					...["remote", "exec", "--lease", "2", name],
					"setsid sleep 1000 & sleep 1000 & echo ready; wait",
				]);
				await run.waitFor("ready");
				return run;
			};
			const stopped = await start("mac");
			stopped.kill("SIGINT");
			expect(await stopped.done).toMatchObject({ code: 130 });
			expect(await host.quiet(1000)).toEqual([]);
			const killed = await start("mac");
			killed.kill("SIGKILL");
			await killed.done;
			expect(await host.quiet(6000)).toEqual([]);
			await expect.poll(() => world.processes()).toEqual([]);
			const asleep = await start("mac");
			asleep.kill("SIGSTOP");
			expect(await host.quiet(6000)).toEqual([]);
			asleep.kill("SIGKILL");
			await asleep.done;
			await using link = await startTcpProxy(host.port);
			appendFileSync(
				world.knownHosts,
				`[127.0.0.1]:${link.port} ${host.publicKey}\n`,
			);
			const silent = await start(`root@127.0.0.1:${link.port}`);
			link.drop();
			expect(await silent.done).toMatchObject({
				code: 255,
				stderr: expect.stringContaining("LLORCH_HOST_LOST"),
			});
			expect(await host.quiet(6000)).toEqual([]);
		},
		60_000,
	);

for (const transport of TRANSPORTS)
	realTest(
		["sshd", "python3"],
		`on a terminal the program has one there, of our size, and Ctrl-C reaches it (${transport})`,
		async () => {
			await using world = await worldWith(transport);
			const run = llorchTty(
				world,
				[
					"remote",
					"exec",
					"mac",
					"stty size; test -t 0 && test -t 1 && echo both; trap 'echo resized' WINCH; trap 'echo caught; stty size; exit 5' INT; echo go; while :; do sleep 0.05; done",
				],
				{ columns: 100, rows: 30 },
			);
			await run.waitFor("go");
			run.resize(120, 40);
			await run.waitFor("resized");
			run.send(CTRL_C);
			const done = await run.done;
			expect(done.text).toContain("30 100\nboth\ngo\n");
			expect(done.text).toMatch(/caught\n40 120\n$/);
			expect(done).toMatchObject({ code: 5, restored: true });
		},
	);

realTest(
	["sshd", "python3"],
	"an unknown key is shown and asked for on a terminal",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		await using proxy = await startTcpProxy(world.hosts.mac?.port ?? 0);
		const name = `root@127.0.0.1:${proxy.port}`;
		const run = llorchTty(world, [
			"remote",
			"exec",
			"--no-tty",
			name,
			"echo in",
		]);
		await run.waitFor(
			/The key of .* is not known: ssh-ed25519 SHA256:\S+\. Trust it from now on\? \[y\/N\]/,
		);
		run.send("y\r");
		expect(await run.done).toMatchObject({
			code: 0,
			text: expect.stringMatching(/in\n$/),
		});
		expect(
			await llorchSession(world)(["remote", "exec", name, "echo again"]),
		).toMatchObject({ stdout: "again\n", code: 0 });
	},
);
