import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { soakCount } from "@llorch/testkit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { acquireLock, isLocked } from "./lock.ts";
import {
	findLock,
	type LockHolder,
	removeDeadClaims,
	writeClaim,
} from "./lock-file.ts";
import { identifySelf, parseProcStat, parsePs } from "./process-identity.ts";

const LEFT = "01234567-89ab-cdef-0123-456789abcdef";
const SOAK = soakCount(3, 20);
const running: ChildProcess[] = [];
let folder: string;
let path: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "run a "));
	path = join(folder, "lock");
});
afterEach(async () => {
	for (const child of running.splice(0)) {
		child.kill("SIGKILL");
		if (child.exitCode === null && child.signalCode === null)
			await once(child, "exit");
	}
	rmSync(folder, { recursive: true, force: true });
});

const readLock = () => JSON.parse(readFileSync(path, "utf8")) as LockHolder;

async function leave(holder: Partial<LockHolder>, ageSeconds = 0) {
	const whole = {
		version: 1,
		id: LEFT,
		startedAt: "2026-01-01T00:00:00.000Z",
		...(await identifySelf()),
		...holder,
	};
	writeFileSync(path, `${JSON.stringify(whole)}\n`);
	const time = Date.now() / 1000 - ageSeconds;
	utimesSync(path, time, time);
}

/** The id of a process that has ended and was reaped. */
async function deadPid(): Promise<number> {
	const child = spawn("true");
	await once(child, "exit");
	return child.pid as number;
}

describe("a lock", () => {
	test("says who holds it, and is gone when released", async () => {
		const lock = await acquireLock(path);
		expect(readLock()).toEqual({
			version: 1,
			id: expect.stringMatching(/^[0-9a-f-]{36}$/),
			...(await identifySelf()),
			startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
		});
		expect(readdirSync(folder)).toEqual(["lock"]);
		await lock.release();
		await lock.release();
		expect(readdirSync(folder)).toEqual([]);
	});

	test("is released at the end of its block", async () => {
		await (await acquireLock(path))[Symbol.asyncDispose]();
		expect(existsSync(path)).toBe(false);
	});

	test("is refused while it is held, naming the holder", async () => {
		const lock = await acquireLock(path);
		const { host, startedAt } = readLock();
		await expect(acquireLock(path)).rejects.toMatchObject({
			info: {
				code: "LLORCH_LOCKED",
				message: `${path} is held by process ${process.pid} on ${host}, since ${startedAt}`,
				details: { path, pid: process.pid, host, startedAt },
			},
		});
		expect(readdirSync(folder)).toEqual(["lock"]);
		await lock.release();
	});

	test("is waited for, telling so once", async () => {
		const lock = await acquireLock(path);
		const told: (number | undefined)[] = [];
		let looks = 0;
		const second = await acquireLock(path, {
			wait: true,
			onWait: (holder) => told.push(holder?.pid),
			clock: {
				now: Date.now,
				sleep: async (ms) => {
					expect(ms).toBe(100);
					if (++looks === 3) await lock.release();
				},
			},
		});
		expect(told).toEqual([process.pid]);
		expect(looks).toBe(3);
		await second.release();
	});

	test("is not waited for after an abort", async () => {
		const lock = await acquireLock(path);
		const controller = new AbortController();
		const reason = new Error("enough");
		await expect(
			acquireLock(path, {
				wait: true,
				signal: controller.signal,
				onWait: () => controller.abort(reason),
			}),
		).rejects.toBe(reason);
		expect(readdirSync(folder)).toEqual(["lock"]);
		await lock.release();
	});

	test("of another holder is not taken away by a late release", async () => {
		const lock = await acquireLock(path);
		await leave({ id: "another" });
		await lock.release();
		expect(readLock().id).toBe("another");
	});

	test("is touched every 10 s, so that other machines see that its holder lives", async () => {
		vi.useFakeTimers({ toFake: ["setInterval"] });
		try {
			const lock = await acquireLock(path);
			utimesSync(path, 0, 0);
			vi.advanceTimersByTime(10_000);
			while (statSync(path).mtimeMs === 0)
				await new Promise((resolve) => setTimeout(resolve, 1));
			expect(readLock().pid).toBe(process.pid);
			await lock.release();
		} finally {
			vi.useRealTimers();
		}
	});

	test("needs its folder", async () => {
		await expect(
			acquireLock(join(folder, "missing", "lock")),
		).rejects.toMatchObject({ code: "ENOENT" });
	});

	test("has one winner among many takers", async () => {
		const results = await Promise.allSettled(
			Array.from({ length: 20 }, () => acquireLock(path)),
		);
		const won = results.filter(({ status }) => status === "fulfilled");
		expect(won).toHaveLength(1);
		expect(readdirSync(folder)).toEqual(["lock"]);
	});
});

describe("a dead holder", () => {
	test("has no lock any more, and leaves the time of its last sign of life", async () => {
		expect(await isLocked(path)).toBe(false);
		await leave({ pid: await deadPid() }, 5);
		const { mtimeMs } = statSync(path);
		expect(await isLocked(path)).toBe(false);
		const lock = await acquireLock(path);
		expect(lock.lastSeen).toBe(mtimeMs);
		expect(await isLocked(path)).toBe(true);
		await lock.release();
		expect((await acquireLock(path)).lastSeen).toBeUndefined();
	});

	test("is replaced at once, with all it left", async () => {
		await leave({ pid: await deadPid() });
		writeFileSync(`${path}.${LEFT}`, readFileSync(path));
		writeFileSync(`${path}.notes`, readFileSync(path));
		const lock = await acquireLock(path);
		expect(readLock().pid).toBe(process.pid);
		expect(readdirSync(folder).sort()).toEqual(["lock", "lock.notes"]);
		await lock.release();
	});

	test("leaves nothing when it died before the lock was its own, even before its file was written", async () => {
		await leave({ pid: await deadPid() });
		renameSync(path, `${path}.${LEFT}`);
		writeFileSync(`${path}.${LEFT.replace("0", "f")}`, "");
		const lock = await acquireLock(path);
		expect(readdirSync(folder)).toEqual(["lock"]);
		await lock.release();
		expect(readdirSync(folder)).toEqual([]);
	});

	test("is known also when its number is in use again", async () => {
		await leave({ processStart: "long ago" });
		await (await acquireLock(path)).release();
	});

	test("is known although nobody has reaped it", async () => {
		// The shell's child is dead, and `exec` has left it with a parent that does not care.
		const parent = spawn("sh", ["-c", "sleep 0.01 & echo $!; exec sleep 60"]);
		const [bytes] = await once(parent.stdout, "data");
		const pid = Number(String(bytes));
		const isZombie = () =>
			parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8")).zombie;
		if (process.platform === "linux")
			while (!isZombie())
				await new Promise((resolve) => setTimeout(resolve, 5));
		await leave({ pid, processStart: "" });
		await (await acquireLock(path)).release();
		parent.kill("SIGKILL");
	});

	test("has one successor among many takers", async () => {
		for (let round = 0; round < 10; round++) {
			await leave({ pid: await deadPid() });
			const results = await Promise.allSettled(
				Array.from({ length: 20 }, () => acquireLock(path)),
			);
			const won = results.filter((result) => result.status === "fulfilled");
			expect(won).toHaveLength(1);
			await won[0]?.value.release();
			expect(readdirSync(folder)).toEqual([]);
		}
	});

	test("does not stand in the way when it died while taking over", async () => {
		await leave({ pid: await deadPid() });
		writeFileSync(`${path}.takeover`, readFileSync(path));
		await (await acquireLock(path)).release();
		expect(readdirSync(folder)).toEqual([]);
	});
});

describe("a holder that cannot be looked at", () => {
	const elsewhere = { bootId: "another machine", host: "elsewhere", pid: 1 };

	test("is respected while its file is touched", async () => {
		await leave(elsewhere, 50);
		await expect(acquireLock(path)).rejects.toMatchObject({
			info: { details: { host: "elsewhere" } },
		});
	});

	test("is dead after a minute without a touch", async () => {
		await leave(elsewhere, 70);
		await (await acquireLock(path)).release();
	});

	test("has perhaps only begun to write", async () => {
		writeFileSync(path, "");
		await expect(acquireLock(path)).rejects.toMatchObject({
			info: { code: "LLORCH_LOCKED", message: `${path} is locked` },
		});
		writeFileSync(path, '{"version":1');
		utimesSync(path, 0, 0);
		await (await acquireLock(path)).release();
	});
});

describe("with kill -9", () => {
	const fixture = fileURLToPath(
		new URL("../test/fixtures/contend.ts", import.meta.url),
	);

	test.skipIf(process.platform !== "linux")(
		"soak: there are never two inside, and never none for long",
		async () => {
			let text = "";
			const start = () => {
				const child = spawn(process.execPath, [fixture, folder], {
					stdio: ["ignore", "pipe", "inherit"],
				});
				child.stdout.on("data", (bytes) => {
					text += bytes;
				});
				running.push(child);
			};
			const entries = () => text.split("entered").length - 1;
			for (let i = 0; i < 4; i++) start();
			for (let round = 0; round < SOAK * 4; round++) {
				const before = entries();
				while (entries() < before + 20)
					await new Promise((resolve) => setTimeout(resolve, 1));
				const victim = Math.floor(Math.random() * running.length);
				running.splice(victim, 1)[0]?.kill("SIGKILL");
				start();
			}
			expect(text).not.toContain("OVERLAP");
		},
		30_000 + SOAK * 6000,
	);
});

describe("what systems say about a process", () => {
	test("Linux: names with brackets and spaces do not confuse", () => {
		const rest = `S 1 77 ${"0 ".repeat(16)}4711 0 0`;
		expect(parseProcStat(`42 (a) b ( c) ${rest}`)).toEqual({
			start: "4711",
			zombie: false,
			group: 77,
		});
		expect(parseProcStat("42 (x) Z 1 77 0").zombie).toBe(true);
	});

	test("macOS", () => {
		expect(parsePs("Ss   Sat Nov 21 07:36:11 2026\n")).toEqual({
			start: "Sat Nov 21 07:36:11 2026",
			zombie: false,
		});
		expect(parsePs("Z    Sat Nov 21 07:36:11 2026").zombie).toBe(true);
	});
});

test("a taker whose file was taken away before it was written makes it anew", async () => {
	const holder = {
		version: 1,
		id: LEFT,
		startedAt: "",
		...(await identifySelf()),
	};
	for (const gain of ["place", "replace"] as const) {
		const claim = await writeClaim(path, holder as LockHolder);
		writeFileSync(`${path}.${LEFT}`, "");
		await removeDeadClaims(path, async () => false);
		expect(readdirSync(folder)).toEqual([]);
		await claim[gain]();
		expect(readLock()).toEqual(holder);
		expect(await claim.touch()).toBe(statSync(path).mtimeMs);
		await claim.tidy();
		await claim.close();
		rmSync(path);
	}
});

test("a lock that changes hands while it is looked at is seen as one or the other", async () => {
	const next = join(folder, "next");
	for (let round = 0; round < 300; round++) {
		writeFileSync(path, "dead");
		utimesSync(path, 0, 0);
		writeFileSync(next, "living");
		const looking = findLock(path);
		for (let turn = 0; turn < round % 8; turn++)
			await new Promise((resolve) => setImmediate(resolve));
		renameSync(next, path);
		const found = await looking;
		expect(found?.touchedAt === 0).toBe(found?.text === "dead");
	}
});
