import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
	llorchProgram,
	llorchSession,
	programSession,
	realTest,
} from "@llorch/testkit";
import { makeSshWorld } from "@llorch/testkit/ssh";
import { expect } from "vitest";

realTest(
	["sshd"],
	"setup is idempotent, prunes, and can be undone",
	async () => {
		await using world = await makeSshWorld({
			hosts: {
				mac: { node: true, files: { ".llorch/bin/0.0.1-old/llorch": "" } },
			},
		});
		const home = world.hosts.mac?.home ?? "";
		const llorch = llorchSession(world);
		const first = await llorch("remote setup mac --json");
		const { build } = JSON.parse(first.stdout).result;
		expect(JSON.parse(first.stdout)).toMatchObject({
			ok: true,
			result: {
				host: "mac",
				status: "installed",
				platform: `linux-${process.arch}`,
			},
		});
		expect(existsSync(join(home, ".llorch/bin", build, "llorch"))).toBe(true);
		expect(await llorch("remote setup mac")).toMatchObject({
			stdout: `mac: llorch ${build} is there already\n`,
			code: 0,
		});
		expect(await llorch("remote setup mac --prune")).toMatchObject({
			stdout: `mac: llorch ${build} is there already, 1 older build removed\n`,
		});
		expect(existsSync(join(home, ".llorch/bin/0.0.1-old"))).toBe(false);
		expect(await llorch("remote setup mac --undo")).toMatchObject({
			stdout: "mac: 1 build of llorch removed\n",
			code: 0,
		});
		expect(existsSync(join(home, ".llorch"))).toBe(false);
		expect(await llorch("remote setup mac --undo")).toMatchObject({
			stdout: "mac: there was no llorch\n",
			code: 0,
		});
	},
	60_000,
);

realTest(["sshd"], "a file that is named must be this llorch", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	await world.write({
		"sub/another": "#!/bin/sh\necho 0.0.1-other\n",
		"sub/older": "#!/bin/sh\nexit 2\n",
	});
	const llorch = llorchSession(world);
	const setUp = (file: string) =>
		llorch(["remote", "setup", "mac", "--binary", file, "--cwd", "sub"]);
	for (const file of ["another", "older"])
		expect(await setUp(file)).toMatchObject({
			code: 5,
			stderr: expect.stringMatching(
				/the file that was sent to mac is not llorch \S+, so the two could not talk \(LLORCH_REMOTE_SETUP_FAILED\)/,
			),
		});
	for (const file of [".", "no such"])
		expect(await setUp(file)).toMatchObject({
			code: 2,
			stderr: expect.stringContaining("there is no file "),
		});
	const { stdout } = await llorch(["remote", "exec", "mac", "ls .llorch/bin"]);
	expect(stdout).toBe("");
});

// From source there is no release; CI runs this file on the executable too.
if (process.env.LLORCH_BIN === "binary")
	realTest(
		["sshd"],
		"a host of another kind gets the executable beside ours, when SHA256SUMS agrees",
		async () => {
			const uname =
				'#!/bin/sh\ncase $1 in -s) echo Darwin ;; -m) echo arm64 ;; *) exec /usr/bin/uname "$@" ;; esac\n';
			await using world = await makeSshWorld({
				hosts: { mac: { programs: { uname } } },
			});
			const release = join(world.root, "a release");
			mkdirSync(release);
			const file = join(release, "llorch");
			linkSync(llorchProgram().file, file);
			const llorch = programSession(world, { file, args: [] });
			const { stdout: id } = await llorch("--build-id");
			const forMac = `#!/bin/sh\necho ${id}`;
			writeFileSync(join(release, "llorch-darwin-arm64"), forMac);
			const sums = (text: string) =>
				writeFileSync(
					join(release, "SHA256SUMS"),
					`${createHash("sha256").update(text).digest("hex")}  llorch-darwin-arm64\n`,
				);
			sums("something else");
			expect(await llorch("remote setup mac")).toMatchObject({
				code: 5,
				stderr: expect.stringMatching(
					/llorch-darwin-arm64 is not the file that SHA256SUMS beside it describes \(LLORCH_REMOTE_SETUP_FAILED\)/,
				),
			});
			sums(forMac);
			const run = await llorch("remote setup mac --json");
			expect(JSON.parse(run.stdout).result).toMatchObject({
				platform: "darwin-arm64",
				source: join(release, "llorch-darwin-arm64"),
				status: "installed",
			});
			const ran = await llorch([
				"remote",
				"exec",
				"mac",
				".llorch/bin/*/llorch",
			]);
			expect(ran.stdout).toBe(id);
		},
	);
