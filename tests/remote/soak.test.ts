import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
	llorchProgram,
	llorchSession,
	realPart,
	realTest,
	type Started,
	soakCount,
} from "@llorch/testkit";
import { makeSshWorld, type SshHost } from "@llorch/testkit/ssh";
import { expect } from "vitest";

const SHELLS = ["bash", "fish", "tcsh"];
const LEASE = 5;
/** Children that leave their process group, that ignore the end of the connection, and that do neither. */
const TREE =
	"setsid sleep 1000 & nohup sleep 1000 >/dev/null 2>&1 & sleep 1000 & echo ready; wait";
/** At the same time on one host: as many as two processors start in a second or two. */
const LANES = 4;

type Attack = (run: Started, host: SshHost, address: string) => void;

const attacks: Record<string, { times: number; attack: Attack }> = {
	"kill -9": {
		times: soakCount(2, 100),
		attack: (run) => run.kill("SIGKILL"),
	},
	// A laptop that is closed: nothing is said, and nothing ends.
	SIGSTOP: {
		times: soakCount(2, 20),
		attack: (run) => run.kill("SIGSTOP"),
	},
	"packets that are dropped": {
		times: soakCount(2, 20),
		attack: (_run, host, address) => host.unplug(address),
	},
};

for (const [name, { times, attack }] of Object.entries(attacks))
	realTest(
		["sshd", "nft", "ip", "bash", "fish", "tcsh"],
		`soak: at whatever moment it comes, ${name} leaves nothing on the host`,
		async () => {
			await using world = await makeSshWorld({
				hosts: Object.fromEntries(
					SHELLS.map((shell) => [
						shell,
						{ shell: realPart(shell), network: true },
					]),
				),
			});
			const runs: Started[] = [];
			const trees: number[] = [];
			const attackOnce = async (host: SshHost, turn: number) => {
				const llorch = llorchSession(world, host.inside(llorchProgram()));
				// An address of its own for each: one of them is unplugged, and not all.
				const address = `127.0.1.${turn + 1}`;
				const run = llorch.start(
					[
						...["remote", "exec", "--lease", String(LEASE)],
						...[`${address}:${host.port}`, "--", "sh", "-c", TREE],
					],
					{ killAfter: 600_000 },
				);
				runs.push(run);
				// Half of them on the way there, half of them when all of the tree runs.
				if (turn % 2 === 0) await sleep(Math.random() * 1000);
				else {
					await run.waitFor("ready", "stdout");
					trees.push(turn);
					await sleep(Math.random() * 300);
				}
				attack(run, host, address);
			};
			const hosts = Object.values(world.hosts);
			await Promise.all(
				hosts.map((host) =>
					Promise.all(
						Array.from({ length: LANES }, async (_, lane) => {
							for (let turn = lane; turn < times; turn += LANES)
								await attackOnce(host, turn);
						}),
					),
				),
			);
			expect(trees.length).toBe(hosts.length * Math.floor(times / 2));
			// The lease, the time between TERM and KILL, and the load of the attacks themselves.
			const left = await Promise.all(
				hosts.map((host) => host.quiet((LEASE * 2 + 10) * 1000)),
			);
			expect(left).toEqual(hosts.map(() => []));
			for (const run of runs) run.kill("SIGKILL");
			await Promise.all(runs.map(({ done }) => done));
		},
		600_000,
	);

realTest(
	["sshd"],
	"soak: much data passes byte for byte, both ways, in little memory",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const bytes = soakCount(256, 1024) * 2 ** 20;
		const wanted = createHash("sha256");
		const piece = Buffer.alloc(2 ** 20, "llorch ");
		for (let at = 0; at < bytes; at += piece.length) wanted.update(piece);
		const digest = wanted.digest("hex");
		const start = (command: string) => {
			const { file, args } = llorchProgram();
			const child = spawn(file, [...args, "remote", "exec", "mac", command], {
				cwd: world.folder,
				env: world.env,
				stdio: ["pipe", "pipe", "inherit"],
			});
			let peak = 0;
			const timer = setInterval(() => {
				peak = Math.max(peak, memoryOf(child.pid));
			}, 20);
			const closed = once(child, "close").finally(() => clearInterval(timer));
			return { child, closed, peak: () => peak };
		};
		const into = start("sha256sum");
		for (let at = 0; at < bytes; at += piece.length)
			if (!into.child.stdin.write(piece)) await once(into.child.stdin, "drain");
		into.child.stdin.end();
		const [said] = await once(into.child.stdout, "data");
		expect(String(said)).toBe(`${digest}  -\n`);
		await into.closed;
		const from = start(
			`yes 'llorch ' | tr -d '\\n' | head -c ${piece.length} >piece; i=0; while [ $i -lt ${bytes / piece.length} ]; do cat piece; i=$((i+1)); done`,
		);
		from.child.stdin.end();
		const got = createHash("sha256");
		for await (const chunk of from.child.stdout) got.update(chunk);
		await from.closed;
		expect(got.digest("hex")).toBe(digest);
		console.log(`peak memory: ${into.peak()} MiB in, ${from.peak()} MiB out`);
		// Node compiles the sources as it loads them, which is no user's memory.
		if (["bundle", "binary"].includes(process.env.LLORCH_BIN ?? ""))
			expect(Math.max(into.peak(), from.peak())).toBeLessThan(150);
	},
	600_000,
);

/** MiB that a process has had at once. */
function memoryOf(pid: number | undefined): number {
	try {
		const text = readFileSync(`/proc/${pid}/status`, "utf8");
		return Math.round(Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
	} catch {
		return 0;
	}
}
