import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { llorchSession, realTest } from "@llorch/testkit";
import { makeSshWorld, startTcpProxy } from "@llorch/testkit/ssh";
import { expect } from "vitest";

realTest(
	["sshd"],
	"profiles are added and removed, and comments stay",
	async () => {
		await using world = await makeSshWorld({ hosts: {} });
		const llorch = llorchSession(world);
		const file = world.path("~/.config/llorch/config.toml");
		writeFileSync(
			file,
			`# mine\nversion = 1 # one\n\n[remote.hosts.mac] # the Mac\nhost = "mac.home.arpa"\n\n# after\n[general]\ncolor = false\n`,
		);
		expect(
			await llorch(
				"remote hosts add gpu --host 10.0.0.7 --port 2222 --user me --repo-path '~/my repo'",
			),
		).toMatchObject({
			stdout: "gpu added in ~/.config/llorch/config.toml\n",
			stderr: "",
			code: 0,
		});
		expect(await llorch("remote hosts list")).toMatchObject({
			stdout:
				"mac\tmac.home.arpa\t\t\t\t\ngpu\t10.0.0.7\tme\t2222\t~/my repo\t\n",
			code: 0,
		});
		expect(await llorch("remote hosts add gpu")).toMatchObject({ code: 1 });
		expect(await llorch("remote hosts remove gpuu")).toMatchObject({
			code: 1,
			stderr: expect.stringContaining("did you mean gpu?"),
		});
		for (const flag of ["--host", "--user", "--identity-file"])
			expect(
				await llorch(["remote", "hosts", "add", "box", flag, ""]),
			).toMatchObject({
				code: 2,
				stderr: expect.stringContaining(`${flag} must be `),
			});
		expect((await llorch("remote hosts remove gpu")).code).toBe(0);
		expect(readFileSync(file, "utf8")).toBe(
			`# mine\nversion = 1 # one\n\n[remote.hosts.mac] # the Mac\nhost = "mac.home.arpa"\n\n# after\n[general]\ncolor = false\n`,
		);
	},
);

realTest(
	["sshd"],
	"a profile that is replaced keeps its comments and the PATH that was found",
	async () => {
		await using world = await makeSshWorld({ hosts: {} });
		const file = world.path("~/.config/llorch/config.toml");
		const profile = (host: string, rest: string) =>
			`version = 1\n[remote.hosts.mac] # the Mac\nhost = "${host}"\n${rest}# found\npath = ["/opt/homebrew/bin"] # brew\n`;
		writeFileSync(file, profile("old", "port = 2222\n"));
		expect(
			await llorchSession(world)("remote hosts add mac --host new --force"),
		).toMatchObject({ code: 0 });
		expect(readFileSync(file, "utf8")).toBe(profile("new", ""));
	},
);

realTest(
	["sshd"],
	"hosts are tested, and the table says how far we came",
	async () => {
		await using world = await makeSshWorld({
			hosts: { mac: { files: { ".cargo/bin/cargo": "" } }, box: {} },
		});
		await using silent = await startTcpProxy(world.hosts.box?.port ?? 0, {
			silent: true,
		});
		await world.write({
			"~/.config/llorch/config.toml": `version = 1
[remote]
ssh_config = "${world.sshConfig}"
connect_timeout = 0.5
[remote.hosts.mac]
repo_path = "~/nowhere"
[remote.hosts.box]
[remote.hosts.off]
host = "127.0.0.1"
port = ${silent.port}
[remote.hosts.closed]
host = "127.0.0.1"
port = 1
`,
		});
		const llorch = llorchSession(world);
		const run = await llorch("remote hosts test");
		const rows = run.stdout.split("\n").map((line) => line.split("\t"));
		expect(rows.map((row) => row.slice(0, 7))).toEqual([
			["mac", "yes", "known", "yes", "ssh2", "missing", "missing"],
			["box", "yes", "known", "yes", "ssh2", "missing", ""],
			["off", "no", "", "", "", "", ""],
			["closed", "no", "", "", "", "", ""],
			[""],
		]);
		expect(rows[0]?.[7]).toContain("git");
		expect(rows[0]?.[7]).toContain("/home/far/.cargo/bin");
		expect(rows[0]?.[8]).toBe(`linux-${process.arch}`);
		expect(run.stderr).toContain(
			"[mac] kept in the profile: path /home/far/.cargo/bin",
		);
		expect(run.stderr).toContain(
			"it failed on 2 of 4 hosts: off, closed (LLORCH_SOME_FAILED)",
		);
		expect(run.stderr).toContain("LLORCH_HOST_SILENT");
		expect(run.stderr).toContain("LLORCH_HOST_REFUSED");
		expect(run.code).toBe(6);
		expect(await llorch("remote hosts test off closed")).toMatchObject({
			code: 1,
			stderr: expect.stringContaining("LLORCH_ALL_FAILED"),
		});
		const [cores, memory, disk] = rows[0]?.slice(9, 12) ?? [];
		expect(Number(cores)).toBe(availableParallelism());
		expect(memory).toMatch(/^\d+(\.\d+)? [GT]B$/);
		expect(disk).toMatch(/^\d+(\.\d+)? [MGT]B$/);
		expect(await world.read("~/.config/llorch/config.toml")).toContain(
			`repo_path = "~/nowhere"\npath = ["/home/far/.cargo/bin"`,
		);
		const one = await llorch("remote hosts test mac --json");
		expect(JSON.parse(one.stdout)).toMatchObject({
			ok: true,
			exit: 0,
			result: {
				hosts: [
					{
						host: "mac",
						ok: true,
						result: { transport: "ssh2", ready: false, os: "linux" },
					},
				],
			},
		});
	},
);
