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
} from "@llorch/testkit";
import { makeSshWorld, startTcpProxy } from "@llorch/testkit/ssh";
import { expect } from "vitest";

// LLORCH_SOAK=1 runs them as often as a release must stand: minutes. Without it, once or twice each.
const SOAK = process.env.LLORCH_SOAK === "1";
const TIMES = SOAK
	? { kill: 100, stop: 20, drop: 20 }
	: { kill: 3, stop: 1, drop: 1 };
const LEASE = SOAK ? 5 : 2;
const TREE =
	"setsid sleep 1000 & nohup sleep 1000 >/dev/null 2>&1 & sleep 1000 & wait";

for (const shell of ["bash", "fish", "tcsh"])
	realTest(
		["sshd", "fish", "tcsh"],
		`at whatever moment it is killed, stopped or unplugged, nothing is left (${shell})`,
		async () => {
			await using world = await makeSshWorld({
				hosts: { mac: { shell: realPart(shell) } },
			});
			const host = world.hosts.mac;
			const llorch = llorchSession(world);
			const words = (name: string) => [
				"remote",
				"exec",
				"--lease",
				String(LEASE),
				name,
				"--",
				"sh",
				"-c",
				TREE,
			];
			const moment = () => sleep(Math.random() * 1200);
			const batches = (count: number, work: () => Promise<void>) =>
				Promise.all(
					Array.from({ length: Math.min(4, count) }, async (_, lane) => {
						for (let turn = lane; turn < count; turn += 4) await work();
					}),
				);
			await batches(TIMES.kill, async () => {
				const run = llorch.start(words("mac"), { killAfter: 100_000 });
				await moment();
				run.kill("SIGKILL");
				await run.done;
			});
			const asleep: {
				kill(signal: "SIGKILL"): void;
				done: Promise<unknown>;
			}[] = [];
			await batches(TIMES.stop, async () => {
				const run = llorch.start(words("mac"), { killAfter: 100_000 });
				await moment();
				run.kill("SIGSTOP");
				asleep.push(run);
			});
			const proxies = await Promise.all(
				Array.from({ length: TIMES.drop }, async () => {
					const proxy = await startTcpProxy(host?.port ?? 0);
					const run = llorch.start(words(`root@127.0.0.1:${proxy.port}`), {
						killAfter: 100_000,
					});
					await moment();
					proxy.drop();
					return { proxy, run };
				}),
			);
			// The lease, the time between TERM and KILL, and the load of the runs themselves.
			expect(await host?.quiet((LEASE * 2 + 6) * 1000)).toEqual([]);
			for (const run of asleep) run.kill("SIGKILL");
			for (const { proxy, run } of proxies) {
				run.kill("SIGKILL");
				await run.done;
				await proxy.close();
			}
		},
		600_000,
	);

realTest(
	["sshd"],
	"much data passes byte for byte, both ways, in little memory",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const bytes = SOAK ? 2 ** 30 : 2 ** 26;
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
		if (SOAK && process.env.LLORCH_BIN === "binary")
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
