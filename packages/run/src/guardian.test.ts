import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { soakCount } from "@llorch/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { createGuardian } from "./guardian.ts";

// All of this looks into /proc, because only there can one see every process that has a given variable.
const onLinux = describe.skipIf(process.platform !== "linux");
const SOAK = soakCount(3, 20);
const FIXTURE = fileURLToPath(
	new URL("../test/fixtures/start-many.ts", import.meta.url),
);

/** Zombies have neither environment nor words, and do not count. */
function processesWhere(
	file: "environ" | "cmdline",
	matches: (text: string) => boolean,
): number[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.filter((pid) => {
			try {
				return matches(readFileSync(`/proc/${pid}/${file}`, "latin1"));
			} catch {
				return false;
			}
		})
		.map(Number);
}

/** Processes that inherited `LLORCH_TEST_TREE=id`. */
const treeOf = (id: string) =>
	processesWhere("environ", (text) =>
		text.includes(`LLORCH_TEST_TREE=${id}\0`),
	);

const status = (pid: number) => readFileSync(`/proc/${pid}/status`, "utf8");

const isRunning = (pid: number) =>
	processesWhere("cmdline", (text) => text !== "").includes(pid);

/** The guardians that a process has started. */
const guardiansOf = (parent: number) =>
	processesWhere("cmdline", (text) => text.includes("end_of_llorch")).filter(
		(pid) => status(pid).includes(`\nPPid:\t${parent}\n`),
	);

async function until(condition: () => boolean) {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const started: ChildProcess[] = [];
const texts = new Map<ChildProcess, string>();
let id = "";

function startMany(script: string, count = 1): ChildProcess {
	id = randomUUID();
	const child = spawn(process.execPath, [FIXTURE, script, String(count)], {
		env: { ...process.env, LLORCH_TEST_TREE: id },
		stdio: ["ignore", "pipe", "inherit"],
	});
	child.stdout?.on("data", (bytes) => {
		texts.set(child, (texts.get(child) ?? "") + bytes);
	});
	started.push(child);
	return child;
}

const said = (child: ChildProcess, word: string) =>
	until(() => (texts.get(child) ?? "").includes(word));

async function kill(child: ChildProcess, signal: NodeJS.Signals) {
	child.kill(signal);
	await once(child, "exit");
}

afterEach(() => {
	for (const child of started.splice(0)) child.kill("SIGKILL");
});

onLinux("when llorch is killed", () => {
	const TREE = `
		trap '' TERM HUP
		(trap '' TERM; sleep 600 & sleep 600) </dev/null >/dev/null 2>&1 &
		sleep 600 & wait`;

	test.each(["SIGKILL", "SIGTERM"] as const)(
		"the whole tree of what it runs ends, however stubborn: %s",
		async (signal) => {
			const child = startMany(TREE, 2);
			await said(child, "all");
			// llorch itself and twice five.
			await until(() => treeOf(id).length >= 9);
			await kill(child, signal);
			await until(() => treeOf(id).length === 0);
		},
	);

	test(
		"soak: in the middle of a burst of starts, nothing is left",
		async () => {
			for (let round = 0; round < SOAK; round++) {
				const child = startMany("sleep 600", 1000);
				await said(child, "begun");
				await new Promise((r) => setTimeout(r, Math.random() * 150));
				await kill(child, "SIGKILL");
				await until(() => treeOf(id).length === 0);
			}
		},
		30_000 + SOAK * 6000,
	);

	test("what a program left in the background by itself goes on", async () => {
		const child = startMany("sleep 600 </dev/null >/dev/null 2>&1 &");
		await said(child, "ended");
		const [background] = treeOf(id).filter((pid) => pid !== child.pid);
		const [guardian] = guardiansOf(child.pid as number);
		await kill(child, "SIGKILL");
		await until(() => !isRunning(guardian as number));
		expect(treeOf(id)).toEqual([background]);
		process.kill(background as number);
	});
});

onLinux("the guardian", () => {
	const start = (guardian: ReturnType<typeof createGuardian>) => {
		id = randomUUID();
		const child = guardian.guard((mark) =>
			spawn("sleep", ["600"], {
				env: { ...process.env, ...mark, LLORCH_TEST_TREE: id },
				detached: true,
				stdio: "ignore",
			}),
		);
		started.push(child);
		return child;
	};

	const mine = () => guardiansOf(process.pid);

	afterEach(() => {
		for (const pid of mine()) process.kill(pid, "SIGKILL");
	});

	test("is one for all, and another one when somebody ended it", async () => {
		const guardian = createGuardian(process.env);
		expect(mine()).toEqual([]);
		start(guardian);
		start(guardian);
		await until(() => mine().length === 1);
		const [first] = mine();
		process.kill(first as number, "SIGKILL");
		await until(() => !mine().includes(first as number));
		// Where Node hears of it.
		await new Promise((resolve) => setTimeout(resolve, 10));
		start(guardian);
		await until(() => mine().length === 1);
	});

	test("ignores a terminal's signals", async () => {
		const guardian = createGuardian(process.env);
		start(guardian);
		const ignored = () => {
			const [, mask = "0"] =
				/SigIgn:\s(\w+)/.exec(status(mine()[0] ?? 1)) ?? [];
			return Number.parseInt(mask, 16);
		};
		const { SIGHUP, SIGINT, SIGQUIT, SIGTERM } = constants.signals;
		for (const signal of [SIGHUP, SIGINT, SIGQUIT, SIGTERM])
			await until(() => (ignored() & (1 << (signal - 1))) !== 0);
	});

	test("is done without where its file cannot be made", () => {
		const guardian = createGuardian({ TMPDIR: "/no/such/folder" });
		expect(start(guardian).pid).toBeGreaterThan(0);
		expect(mine()).toEqual([]);
	});
});
