import {
	type Backlog,
	type Cell,
	type Clock,
	type Event,
	LlorchError,
	type Outcome,
	type Retries,
	type Summary,
	type Work,
} from "@llorch/core";
import { describe, expect, test } from "vitest";
import { CellFailure } from "./cell-failure.ts";
import { memoryBacklog } from "./memory-backlog.ts";
import { runCells } from "./run-cells.ts";

type Options = Partial<Parameters<typeof runCells>[2]>;

const note = (text: string): Event => ({ type: "note", level: "info", text });

function plan(count: number, uses: readonly string[] = []): Cell<number>[] {
	return Array.from({ length: count }, (_, input) => ({
		id: `c${input}`,
		label: `cell ${input}`,
		uses,
		input,
	}));
}

/** A clock whose sleeps end at once and are remembered. */
function fastClock(): Clock & { slept: number[] } {
	const slept: number[] = [];
	return {
		slept,
		now: () => 0,
		sleep: async (ms, signal) => {
			signal?.throwIfAborted();
			slept.push(ms);
		},
	};
}

/** Lets everything that can go on without the reader go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

type Act<V> = (cell: Cell<number>, signal: AbortSignal) => Work<V> | Promise<V>;

/** Work that says nothing may be written as a plain async function. */
function toWork<V>(act: Act<V>) {
	return async function* (cell: Cell<number>, signal: AbortSignal): Work<V> {
		const acted = act(cell, signal);
		return "next" in acted ? yield* acted : await acted;
	};
}

async function runAll<V>(
	backlog: Backlog<number, V>,
	act: Act<V>,
	options: Options = {},
) {
	const run = runCells(backlog, toWork(act), {
		limits: {},
		signal: new AbortController().signal,
		clock: fastClock(),
		...options,
	});
	const events: Event[] = [];
	for (;;) {
		const step = await run.next();
		if (step.done) return { events, rows: rowsOf(events), summary: step.value };
		events.push(step.value);
	}
}

const rowsOf = (events: Event[]) =>
	events.flatMap((event) => (event.type === "row" ? [event.outcome] : []));

const byId = (rows: Outcome<unknown>[]) =>
	Object.fromEntries(rows.map((row) => [row.id, row]));

describe("runCells", () => {
	test("gives every cell one row, and its events before it", async () => {
		const backlog = memoryBacklog<number, number>(plan(3));
		const { events, summary } = await runAll(backlog, async function* (cell) {
			yield note(`at ${cell.input}`);
			return cell.input * 2;
		});
		expect(summary).toEqual<Summary>({
			ok: 3,
			failed: 0,
			skipped: 0,
			interrupted: false,
		});
		for (const input of [0, 1, 2]) {
			const said = events.findIndex(
				(event) => event.type === "note" && event.text === `at ${input}`,
			);
			const row = events.findIndex(
				(event) => event.type === "row" && event.outcome.id === `c${input}`,
			);
			expect(said).toBeGreaterThanOrEqual(0);
			expect(row).toBeGreaterThan(said);
		}
		expect(backlog.outcomes()).toEqual(
			[0, 1, 2].map((input) => ({
				id: `c${input}`,
				label: `cell ${input}`,
				startedAt: "1970-01-01T00:00:00.000Z",
				durationMs: 0,
				attempts: 1,
				ranOn: "local",
				status: "ok",
				value: input * 2,
			})),
		);
	});

	test("ends at once without cells", async () => {
		const { events, summary } = await runAll(
			memoryBacklog<number, number>([]),
			async () => {
				return 0;
			},
		);
		expect(events).toEqual([]);
		expect(summary.ok).toBe(0);
	});

	test("tells the host by the cell's lane", async () => {
		const { rows } = await runAll(
			memoryBacklog<number, number>(plan(1, ["provider:x", "host:mac"])),
			async () => {
				return 1;
			},
		);
		expect(rows[0]?.ranOn).toBe("mac");
	});

	test("makes a failure a row, also a bug, and hides nobody", async () => {
		const { rows, summary } = await runAll<string>(
			memoryBacklog(plan(4)),
			async (cell) => {
				if (cell.input === 0)
					throw new LlorchError("LLORCH_LOCKED", "it is locked", {
						details: { pid: 1 },
					});
				if (cell.input === 1)
					throw new TypeError("undefined is not a function");
				if (cell.input === 2)
					throw new CellFailure(
						new LlorchError("LLORCH_LOCKED", "cut off"),
						"half an answ",
					);
				return "fine";
			},
		);
		const { c0, c1, c2, c3 } = byId(rows);
		expect(c0).toMatchObject({
			status: "failed",
			error: {
				code: "LLORCH_LOCKED",
				message: "it is locked",
				details: { pid: 1 },
			},
		});
		expect(c0).not.toHaveProperty("partial");
		expect(c1).toMatchObject({
			status: "failed",
			error: { code: "LLORCH_BUG" },
		});
		expect(c2).toMatchObject({
			status: "failed",
			error: { code: "LLORCH_LOCKED", message: "cut off" },
			partial: "half an answ",
		});
		expect(c3).toMatchObject({ status: "ok", value: "fine" });
		expect(summary).toEqual({
			ok: 1,
			failed: 3,
			skipped: 0,
			interrupted: false,
		});
	});

	test("also when the work throws before it is a generator", async () => {
		const backlog = memoryBacklog<number, number>(plan(1));
		const run = runCells(
			backlog,
			() => {
				throw new Error("no generator");
			},
			{ limits: {}, signal: new AbortController().signal },
		);
		for await (const _ of run);
		expect(backlog.outcomes()).toMatchObject([
			{ status: "failed", error: { message: "no generator" } },
		]);
	});

	test("settles a row before it is seen", async () => {
		const settled = new Set<string>();
		const backlog: Backlog<number, number> = {
			...memoryBacklog(plan(5)),
			async settle(outcome) {
				await settle();
				settled.add(outcome.id);
			},
		};
		const run = runCells(
			backlog,
			toWork(async (cell) => cell.input),
			{ limits: {}, signal: new AbortController().signal },
		);
		for await (const event of run)
			if (event.type === "row") expect(settled).toContain(event.outcome.id);
		expect(settled.size).toBe(5);
	});
});

describe("lanes", () => {
	/** How many cells were at work at once, in all and per lane. */
	async function most(cells: Cell<number>[], limits: Record<string, number>) {
		const now: Record<string, number> = {};
		const top: Record<string, number> = {};
		const add = (cell: Cell<number>, by: number) => {
			for (const lane of ["*", ...cell.uses]) {
				now[lane] = (now[lane] ?? 0) + by;
				top[lane] = Math.max(top[lane] ?? 0, now[lane]);
			}
		};
		const { summary } = await runAll<number>(
			memoryBacklog(cells),
			async (cell) => {
				add(cell, 1);
				await settle();
				add(cell, -1);
				return 0;
			},
			{ limits },
		);
		expect(summary.ok).toBe(cells.length);
		return top;
	}

	test("without a limit let everything run at once", async () => {
		expect(await most(plan(20, ["host:a"]), {})).toEqual({
			"*": 20,
			"host:a": 20,
		});
	});

	test("bound the whole run", async () => {
		expect(await most(plan(10), { "*": 3 })).toEqual({ "*": 3 });
	});

	test("bound what uses them, and let the others pass", async () => {
		const cells = [
			...plan(4, ["host:a"]),
			...plan(4, ["host:b", "provider:x"]).map((cell) => ({
				...cell,
				id: `b${cell.id}`,
			})),
			...plan(4, ["provider:x"]).map((cell) => ({
				...cell,
				id: `x${cell.id}`,
			})),
		];
		expect(
			await most(cells, { "host:a": 1, "provider:x": 2, "*": 100 }),
		).toMatchObject({ "host:a": 1, "provider:x": 2, "*": 3 });
	});

	test.each([0, -1, Number.NaN])(
		"refuse a limit that would never end: %s",
		async (limit) => {
			await expect(most(plan(1), { "*": limit })).rejects.toThrow(RangeError);
		},
	);
});

describe("backpressure", () => {
	test("holds each cell at its last unread event", async () => {
		let said = 0;
		const run = runCells<number, number>(
			memoryBacklog(plan(3)),
			async function* () {
				for (let i = 0; i < 100; i++) {
					said++;
					yield note("x");
				}
				return 0;
			},
			{ limits: {}, signal: new AbortController().signal },
		);
		await run.next();
		await settle();
		// One each that waits to be read, and one more of the cell whose event was read.
		expect(said).toBeLessThanOrEqual(4);
		await run.return({ ok: 0, failed: 0, skipped: 0, interrupted: false });
	});

	test("starts no more cells while too many rows are unread", async () => {
		let began = 0;
		const run = runCells<number, number>(
			memoryBacklog(plan(1000)),
			toWork(async () => {
				began++;
				return 0;
			}),
			{ limits: { "*": 4 }, signal: new AbortController().signal },
		);
		await run.next();
		await settle();
		expect(began).toBeLessThan(80);
		let rows = 1;
		for await (const _ of run) rows++;
		expect(rows).toBe(1000);
	});
});

describe("failFast", () => {
	test("skips the rest, and what it stopped", async () => {
		const { rows, summary } = await runAll<number>(
			memoryBacklog(plan(6)),
			async (cell, signal) => {
				if (cell.input === 0) return 0;
				if (cell.input === 1) throw new Error("broken");
				await new Promise((_, reject) => {
					signal.addEventListener("abort", () => reject(signal.reason));
				});
				return 0;
			},
			{ limits: { "*": 3 }, failFast: true },
		);
		expect(byId(rows)).toMatchObject({
			c0: { status: "ok" },
			c1: { status: "failed" },
			c2: { status: "skipped", reason: "cell 1 failed" },
			c5: { status: "skipped", reason: "cell 1 failed", attempts: 0 },
		});
		expect(summary).toEqual({
			ok: 1,
			failed: 1,
			skipped: 4,
			interrupted: false,
		});
	});

	test("keeps what ends well although it was stopped", async () => {
		const { rows } = await runAll<number>(
			memoryBacklog(plan(2)),
			async (cell, signal) => {
				if (cell.input === 0) throw new Error("broken");
				while (!signal.aborted) await settle();
				return 7;
			},
			{ failFast: true },
		);
		expect(byId(rows).c1).toMatchObject({ status: "ok", value: 7 });
	});
});

describe("an abort", () => {
	test("is given to the running cells, which are awaited; the rest is skipped", async () => {
		const controller = new AbortController();
		let tidied = 0;
		const backlog = memoryBacklog<number, number>(plan(4));
		const { rows, summary } = await runAll(
			backlog,
			async (cell, signal) => {
				if (cell.input === 1) controller.abort();
				while (!signal.aborted) await settle();
				await settle();
				tidied++;
				if (cell.input === 0) return 5;
				throw signal.reason;
			},
			{ limits: { "*": 2 }, signal: controller.signal },
		);
		expect(tidied).toBe(2);
		expect(byId(rows)).toMatchObject({
			c0: { status: "ok", value: 5 },
			c1: { status: "failed", error: { code: "LLORCH_INTERRUPTED" } },
			c2: { status: "skipped", reason: "interrupted" },
			c3: { status: "skipped", reason: "interrupted" },
		});
		expect(summary).toEqual({
			ok: 1,
			failed: 1,
			skipped: 2,
			interrupted: true,
		});
		expect(backlog.outcomes()).toHaveLength(4);
	});

	test("tells the code it was aborted with", async () => {
		const reason = new LlorchError("LLORCH_TERMINATED", "terminated");
		const controller = new AbortController();
		const { rows } = await runAll<number>(
			memoryBacklog(plan(1)),
			async () => {
				controller.abort(reason);
				throw new DOMException("aborted", "AbortError");
			},
			{ signal: controller.signal },
		);
		expect(rows[0]).toMatchObject({ error: { code: "LLORCH_TERMINATED" } });
	});

	test("before the start runs nothing", async () => {
		const { rows, summary } = await runAll<number>(
			memoryBacklog(plan(200)),
			async () => {
				expect.unreachable();
			},
			{ signal: AbortSignal.abort(), limits: { "*": 1 } },
		);
		expect(rows).toHaveLength(200);
		expect(summary).toMatchObject({ skipped: 200, interrupted: true });
	});

	test("that comes when all is done interrupts nothing", async () => {
		const controller = new AbortController();
		const { summary } = await runAll<number>(
			memoryBacklog(plan(1)),
			async () => {
				controller.abort();
				return 1;
			},
			{ signal: controller.signal },
		);
		expect(summary).toEqual({
			ok: 1,
			failed: 0,
			skipped: 0,
			interrupted: false,
		});
	});
});

test("a reader that leaves aborts the running cells and waits for them", async () => {
	const backlog = memoryBacklog<number, number>(plan(4));
	let ended = 0;
	const run = runCells(
		backlog,
		async function* (_cell, signal) {
			yield note("here");
			yield note("there");
			while (!signal.aborted) await settle();
			ended++;
			throw signal.reason;
		},
		{ limits: { "*": 2 }, signal: new AbortController().signal },
	);
	for await (const _ of run) break;
	expect(ended).toBe(2);
	expect(backlog.outcomes()).toMatchObject([
		{ id: "c0", status: "failed", error: { code: "LLORCH_INTERRUPTED" } },
		{ id: "c1", status: "failed", error: { code: "LLORCH_INTERRUPTED" } },
	]);
});

describe("a backlog that throws", () => {
	const full = Object.assign(new Error("no space left"), { code: "ENOSPC" });

	test("at a row ends the run, after the running cells", async () => {
		let began = 0;
		let ended = 0;
		const backlog: Backlog<number, number> = {
			...memoryBacklog(plan(5)),
			settle: async (outcome) => {
				if (outcome.id === "c0") throw full;
			},
		};
		await expect(
			runAll(
				backlog,
				async (cell, signal) => {
					if (cell.input === 0) return 0;
					began++;
					while (!signal.aborted) await settle();
					ended++;
					return 0;
				},
				{ limits: { "*": 3 } },
			),
		).rejects.toBe(full);
		expect(began).toBeGreaterThanOrEqual(2);
		expect(ended).toBe(began);
	});

	test("when asked for a cell ends the run", async () => {
		const backlog: Backlog<number, number> = {
			take: async () => {
				throw full;
			},
			settle: async () => {},
		};
		await expect(
			runAll(backlog, async () => {
				return 0;
			}),
		).rejects.toBe(full);
	});
});

describe("retries", () => {
	const retries: Retries = {
		times: 2,
		delayMs: (attempt) => attempt * 1000,
		shouldRetry: (error) => error.code === "LLORCH_LOCKED",
	};
	const busy = new LlorchError("LLORCH_LOCKED", "busy");

	function withAttempts() {
		const attempts: Outcome<number>[] = [];
		const backlog: Backlog<number, number> = {
			...memoryBacklog(plan(1)),
			attempted: async (outcome) => {
				attempts.push(outcome);
			},
		};
		return { attempts, backlog };
	}

	test("try again, later and later, and keep every attempt", async () => {
		const { attempts, backlog } = withAttempts();
		const clock = fastClock();
		let tries = 0;
		const { events, rows } = await runAll(
			backlog,
			async () => {
				if (++tries < 3) throw new CellFailure(busy, tries);
				return 42;
			},
			{ retries, clock },
		);
		expect(clock.slept).toEqual([1000, 2000]);
		expect(attempts).toMatchObject([
			{ attempts: 1, status: "failed", partial: 1 },
			{ attempts: 2, status: "failed", partial: 2 },
		]);
		expect(rows).toMatchObject([{ attempts: 3, status: "ok", value: 42 }]);
		expect(events[0]).toEqual({
			type: "note",
			level: "warn",
			text: "cell 0: busy; attempt 2 of 3 in 1.0 s",
		});
	});

	test("end after the last one", async () => {
		const { attempts, backlog } = withAttempts();
		const { rows } = await runAll(
			backlog,
			async () => {
				throw busy;
			},
			{ retries },
		);
		expect(attempts).toHaveLength(2);
		expect(rows).toMatchObject([{ attempts: 3, status: "failed" }]);
	});

	test("leave alone what another try cannot help", async () => {
		const { attempts, backlog } = withAttempts();
		const { rows } = await runAll(
			backlog,
			async () => {
				throw new Error("a bug");
			},
			{ retries },
		);
		expect(attempts).toEqual([]);
		expect(rows).toMatchObject([{ attempts: 1, status: "failed" }]);
	});

	test("are cut off by an abort", async () => {
		const controller = new AbortController();
		const clock: Clock = {
			now: () => 0,
			sleep: async (_ms, signal) => {
				controller.abort();
				signal?.throwIfAborted();
			},
		};
		const { rows, summary } = await runAll<number>(
			memoryBacklog(plan(1)),
			async () => {
				throw busy;
			},
			{ retries, clock, signal: controller.signal },
		);
		expect(rows).toMatchObject([
			{ attempts: 1, status: "failed", error: { code: "LLORCH_LOCKED" } },
		]);
		expect(summary.interrupted).toBe(true);
	});

	test("tell the time of the last attempt", async () => {
		let now = 0;
		let tries = 0;
		const { rows } = await runAll<number>(
			memoryBacklog(plan(1)),
			async () => {
				now += 50;
				if (++tries < 2) throw busy;
				return 1;
			},
			{
				retries,
				clock: {
					now: () => now,
					sleep: async (ms) => {
						now += ms;
					},
				},
			},
		);
		expect(rows[0]).toMatchObject({
			startedAt: "1970-01-01T00:00:01.050Z",
			durationMs: 50,
		});
	});
});

test("memoryBacklog refuses two cells with one id", () => {
	const [cell] = plan(1);
	expect(() => memoryBacklog([cell as never, cell as never])).toThrow(
		"two cells with the same id",
	);
});
