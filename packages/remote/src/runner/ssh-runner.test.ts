import { createHash, randomBytes } from "node:crypto";
import { type Captured, type Chunk, capture, type Running } from "@llorch/core";
import { realPart, realTest, soakCount } from "@llorch/testkit";
import { makeSshWorld, startTcpProxy } from "@llorch/testkit/ssh";
import fc from "fast-check";
import { expect } from "vitest";
import { remoteOf, runnerOf } from "../../test/world.ts";
import { shellSpec } from "./far-command.ts";

const SHELLS = ["sh", "bash", "zsh", "fish", "tcsh", "dash"] as const;

/** What broke other tools, each in one shell or another. */
const NASTY = [
	"a b",
	"it's",
	"\\",
	"\\'",
	"!!",
	"line\nline",
	"\n",
	"",
	"$HOME",
	"~",
	"*",
	"-x",
	"--",
	"`id`",
	"é€😀",
	"#",
	"\x01\x7f",
	"a=b",
	'"',
	"%s",
	"\r\n",
	"x".repeat(70_000),
];

realTest(
	["sshd", "fish", "zsh", "tcsh"],
	"soak: words arrive exactly, whatever the login shell",
	async () => {
		await using world = await makeSshWorld({
			hosts: Object.fromEntries(
				SHELLS.map((shell) => [shell, { shell: realPart(shell) }]),
			),
		});
		await using remote = remoteOf(world);
		await Promise.all(
			SHELLS.map(async (shell) => {
				const runner = await runnerOf(remote, shell);
				const print = async (words: readonly string[], secret: boolean) =>
					(
						await capture(runner, {
							file: "printf",
							args: ["%s\\0", ...words],
							...(secret ? { env: { A: "b" }, secretEnv: ["A"] } : {}),
						})
					).stdout
						.split("\0")
						.slice(0, -1);
				expect(await print(NASTY, false)).toEqual(NASTY);
				const word = fc
					.string({ unit: "grapheme", maxLength: 20 })
					.filter((text) => !text.includes("\0"));
				await fc.assert(
					fc.asyncProperty(
						fc.array(word, { minLength: 1, maxLength: 5 }),
						fc.boolean(),
						async (words, secret) => {
							expect(await print(words, secret)).toEqual(words);
						},
					),
					{ numRuns: soakCount(12, 300) },
				);
				const env = await capture(runner, {
					file: "sh",
					args: ["-c", 'printf %s "$IT|$0|$PWD"', "it's"],
					env: { IT: "a'b\n!" },
					cwd: "/usr/bin",
				});
				expect(env.stdout).toBe("a'b\n!|it's|/usr/bin");
				const shellText = await capture(runner, shellSpec("echo $0; exit 7"));
				expect(shellText.stdout.trim()).toBe(
					shell === "fish" ? "" : realPart(shell),
				);
			}),
		);
	},
	60_000,
);

realTest(
	["sshd"],
	"exit codes, signals, time limits, missing programs and folders",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		await using remote = remoteOf(world);
		const runner = await runnerOf(remote, "mac");
		const run = (script: string, extra = {}): Promise<Captured> =>
			capture(runner, { file: "sh", args: ["-c", script], ...extra });
		expect((await run("exit 200")).result).toEqual({ exitCode: 200 });
		expect((await run("kill -KILL $$")).result).toEqual({ signal: "SIGKILL" });
		expect((await run("sleep 100", { timeoutMs: 100 })).result).toEqual({
			timedOut: true,
		});
		expect(await run("cat; echo out; echo err >&2", { stdin: "in\n" })).toEqual(
			{ stdout: "in\nout\n", stderr: "err\n", result: { exitCode: 0 } },
		);
		await expect(
			runner.start({ file: "no-such-program", args: [] }),
		).rejects.toMatchObject({ info: { code: "LLORCH_PROGRAM_NOT_FOUND" } });
		await expect(
			runner.start({ file: "true", args: [], cwd: "~/no such" }),
		).rejects.toMatchObject({ info: { code: "LLORCH_FOLDER_NOT_FOUND" } });
		// A background process holds the output open; we leave it alone, and do not wait for it.
		const left = await run("sleep 30 & echo $!");
		expect(left.result).toEqual({ exitCode: 0 });
		expect((await run(`kill ${left.stdout.trim()}`)).result).toEqual({
			exitCode: 0,
		});
		expect(
			await run("head -c 1 >/dev/null; echo done", {
				stdin: "x".repeat(3_000_000),
			}),
		).toMatchObject({ stdout: "done\n" });
		await expect(
			capture(runner, { file: "cat", args: [] }, { stdin: failing() }),
		).rejects.toThrow("the source broke");
		expect(world.hosts.mac?.logins()).toBe(1);
		await remote.close();
		expect(await world.hosts.mac?.quiet(2000)).toEqual([]);
	},
);

async function* failing(): AsyncGenerator<Uint8Array> {
	yield Buffer.from("x");
	throw new Error("the source broke");
}

realTest(
	["sshd"],
	"bytes pass whole in both directions, the reader deciding the pace",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		await using remote = remoteOf(world);
		const runner = await runnerOf(remote, "mac");
		const pieces = Array.from({ length: 48 }, () => randomBytes(262_144));
		const sent = createHash("sha256");
		const running = await runner.start(
			{ file: "cat", args: [] },
			{
				stdin: (async function* () {
					for (const bytes of pieces) {
						sent.update(bytes);
						yield bytes;
					}
				})(),
			},
		);
		const got = createHash("sha256");
		let slow = 0;
		for await (const { bytes } of running.output) {
			got.update(bytes);
			if (slow++ < 5) await new Promise((resolve) => setTimeout(resolve, 20));
		}
		expect(got.digest("hex")).toBe(sent.digest("hex"));
		expect(await running.done).toEqual({ exitCode: 0 });
	},
	120_000,
);

/** Starts a tree on the host: a shell, a child, and one that left for a session of its own. Resolves once all run. */
async function startTree(
	start: (script: string) => Promise<Running>,
): Promise<Running & { rest: AsyncIterator<Chunk> }> {
	const running = await start(
		"sleep 1000 & setsid sleep 1000 & nohup sleep 1000 >/dev/null 2>&1 & echo ready; wait",
	);
	const rest = running.output[Symbol.asyncIterator]();
	// Two fish that start at the same moment for the first time may complain about each other, on stderr.
	let first = await rest.next();
	while (first.value?.stream === "err") first = await rest.next();
	expect(Buffer.from(first.value?.bytes ?? []).toString()).toBe("ready\n");
	return { ...running, rest };
}

for (const shell of ["bash", "fish", "tcsh"])
	realTest(
		["sshd", "fish", "tcsh"],
		`nothing outlives an abort, a lost link or a silent one (${shell})`,
		async () => {
			await using world = await makeSshWorld({
				hosts: { mac: { shell: realPart(shell) } },
			});
			const host = world.hosts.mac;
			if (host === undefined) throw new Error("no host");
			// Ctrl-C: at once.
			{
				await using remote = remoteOf(world);
				const runner = await runnerOf(remote, "mac");
				const stop = new AbortController();
				const tree = await startTree((script) =>
					runner.start(
						{ file: "sh", args: ["-c", script] },
						{ signal: stop.signal },
					),
				);
				stop.abort();
				for (let step = await tree.rest.next(); !step.done; )
					step = await tree.rest.next();
				expect(await tree.done).toEqual({ aborted: true });
			}
			expect(await host.quiet(2000)).toEqual([]);
			// The link is cut, or drops all packets: when the lease is over.
			for (const fault of ["cut", "drop"] as const) {
				await using proxy = await startTcpProxy(host.port);
				const remote = remoteOf(world, {
					lease: 2,
					hosts: { far: { host: "mac", port: proxy.port } },
				});
				await world.write({
					"~/.ssh/known_hosts": `[127.0.0.1]:${proxy.port} ${host.publicKey}\n[127.0.0.1]:${host.port} ${host.publicKey}\n`,
				});
				const runner = await runnerOf(remote, "far");
				const tree = await startTree((script) =>
					runner.start({ file: "sh", args: ["-c", script] }),
				);
				await expect
					.poll(async () => (await host.processes()).length)
					.toBeGreaterThanOrEqual(4);
				proxy[fault]();
				// A link that is only silent is noticed when the host has given us up.
				await expect(tree.rest.next()).rejects.toMatchObject({
					info: { code: "LLORCH_HOST_LOST" },
				});
				expect(await host.quiet(6000)).toEqual([]);
			}
		},
		60_000,
	);

realTest(["sshd"], "with a lease of 0 a lost link ends nothing", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	const host = world.hosts.mac;
	await using proxy = await startTcpProxy(host?.port ?? 0);
	await world.write({
		"~/.ssh/known_hosts": `[127.0.0.1]:${proxy.port} ${host?.publicKey}\n`,
	});
	const remote = remoteOf(world, {
		lease: 0,
		hosts: { far: { host: "mac", port: proxy.port } },
	});
	const runner = await runnerOf(remote, "far");
	const tree = await startTree((script) =>
		runner.start({ file: "sh", args: ["-c", script] }),
	);
	proxy.cut();
	await expect(tree.rest.next()).rejects.toMatchObject({
		info: { code: "LLORCH_HOST_LOST" },
	});
	const left = (await host?.quiet(1500)) ?? [];
	expect(left.filter(({ command }) => command === "sleep 1000").length).toBe(3);
});

realTest(
	["sshd"],
	"waits for a session where the host allows few",
	async () => {
		await using world = await makeSshWorld({
			hosts: { mac: { config: ["MaxSessions 2"] } },
		});
		await using remote = remoteOf(world);
		const runner = await runnerOf(remote, "mac");
		const all = await Promise.all(
			[1, 2, 3, 4].map((n) =>
				capture(runner, { file: "sh", args: ["-c", `sleep 0.05; echo ${n}`] }),
			),
		);
		expect(all.map(({ stdout }) => stdout)).toEqual([
			"1\n",
			"2\n",
			"3\n",
			"4\n",
		]);
	},
);
