import { spawn } from "node:child_process";
import { once } from "node:events";
import {
	appendFileSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Cell, Outcome } from "@llorch/core";
import { soakCount } from "@llorch/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAppender } from "./group-commit.ts";
import { openJournal, readJournal } from "./journal.ts";

const SOAK = soakCount(3, 20);
let folder: string;
let file: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "run a "));
	file = join(folder, "journal.ndjson");
});
afterEach(() => {
	rmSync(folder, { recursive: true, force: true });
});

const cells: Cell<number>[] = [0, 1, 2].map((input) => ({
	id: `c${input}`,
	label: `cell ${input}`,
	uses: [],
	input,
}));
const openPlan = (plan = cells) =>
	openJournal<number, number>({ file, cells: plan });

const about = (id: string, attempts = 1) => ({
	id,
	label: id,
	startedAt: "2026-01-01T00:00:00.000Z",
	durationMs: 1,
	attempts,
	ranOn: "local",
});
const ok = (id: string, attempts = 1): Outcome<number> => ({
	...about(id, attempts),
	status: "ok",
	value: 7,
});
const failed = (id: string, attempts = 1): Outcome<number> => ({
	...about(id, attempts),
	status: "failed",
	error: { code: "LLORCH_LOCKED", message: "busy" },
});
const skipped = (id: string): Outcome<number> => ({
	...about(id, 0),
	status: "skipped",
	reason: "interrupted",
});

async function takeAll(journal: Awaited<ReturnType<typeof openPlan>>) {
	const ids: string[] = [];
	for (;;) {
		const cell = await journal.take(new Set());
		if (cell === undefined) return ids;
		ids.push(cell.id);
	}
}

describe("a journal", () => {
	test("begins with a line that says what it is", async () => {
		await (await openPlan()).close();
		expect(readFileSync(file, "utf8")).toBe(
			'{"version":1,"kind":"llorch-journal"}\n',
		);
		expect(readdirSync(folder)).toEqual(["journal.ndjson"]);
	});

	test("keeps every attempt, and gives the final rows in plan order", async () => {
		const journal = await openPlan();
		await journal.settle(ok("c2"));
		await journal.attempted(failed("c0", 1));
		await journal.settle(ok("c0", 2));
		await journal.settle(skipped("c1"));
		const rows = [ok("c0", 2), skipped("c1"), ok("c2")];
		expect(journal.outcomes()).toEqual(rows);
		await journal.close();
		await journal.close();

		const read = await readJournal<number>(file);
		expect(read.attempts).toEqual([ok("c2"), failed("c0", 1), ok("c0", 2)]);
		expect([...read.outcomes.keys()].sort()).toEqual(["c0", "c1", "c2"]);
		expect(read.outcomes.get("c0")).toEqual(ok("c0", 2));
	});

	test("hands out again what has no good row, and only that", async () => {
		const first = await openPlan();
		expect(await takeAll(first)).toEqual(["c0", "c1", "c2"]);
		await first.settle(ok("c0"));
		await first.settle(failed("c1"));
		await first.settle(skipped("c2"));
		await first.close();

		const second = await openPlan();
		expect(await takeAll(second)).toEqual(["c1", "c2"]);
		await second.settle(ok("c1"));
		expect(second.outcomes()).toEqual([ok("c0"), ok("c1"), skipped("c2")]);
		await second.close();

		const third = await openPlan();
		expect(await takeAll(third)).toEqual(["c2"]);
		await third.close();
	});

	test("hands out a failed attempt without a row again", async () => {
		const first = await openPlan();
		await first.attempted(failed("c0"));
		await first.close();
		const second = await openPlan();
		expect(await takeAll(second)).toContain("c0");
		expect(second.outcomes()).toEqual([]);
		await second.close();
	});

	test("leaves rows of cells that are not in the plan alone", async () => {
		const first = await openPlan();
		for (const { id } of cells) await first.settle(ok(id));
		await first.close();
		const second = await openPlan(cells.slice(1));
		expect(second.outcomes()).toEqual([ok("c1"), ok("c2")]);
		await second.close();
		expect((await readJournal(file)).outcomes.size).toBe(3);
	});

	test("respects blocked lanes", async () => {
		const journal = await openPlan([
			{ id: "a", label: "a", uses: ["host:x"], input: 1 },
			{ id: "b", label: "b", uses: ["host:y"], input: 2 },
		]);
		expect((await journal.take(new Set(["host:x"])))?.id).toBe("b");
		expect(await journal.take(new Set(["host:x"]))).toBeUndefined();
		expect((await journal.take(new Set()))?.id).toBe("a");
		await journal.close();
	});

	test("is open in one process at a time", async () => {
		const first = await openPlan();
		await expect(openPlan()).rejects.toMatchObject({
			info: { code: "LLORCH_LOCKED", details: { pid: process.pid } },
		});
		await first.close();
		await (await openPlan()).close();
	});

	test("can be read while it is open", async () => {
		const journal = await openPlan();
		await journal.settle(ok("c0"));
		expect((await readJournal(file)).outcomes.size).toBe(1);
		await journal.close();
	});

	test("refuses a plan with two cells of one id, and lets go of the file", async () => {
		const [cell] = cells as [Cell<number>];
		await expect(openPlan([cell, cell])).rejects.toThrow("same id");
		await (await openPlan()).close();
	});
});

describe("a journal after a crash", () => {
	async function fill() {
		const journal = await openPlan();
		for (const { id } of cells) await journal.settle(ok(id));
		await journal.close();
		return readFileSync(file);
	}

	test("loses no more than the torn line, wherever it is torn", async () => {
		const bytes = await fill();
		const lastLine = bytes.subarray(0, -1).lastIndexOf(10) + 1;
		for (let size = lastLine; size < bytes.length; size++) {
			writeFileSync(file, bytes);
			truncateSync(file, size);
			expect((await readJournal(file)).outcomes.size).toBe(2);
			const journal = await openPlan();
			expect(await takeAll(journal)).toEqual(["c2"]);
			await journal.settle(ok("c2"));
			await journal.close();
			expect(readFileSync(file)).toEqual(bytes);
		}
	});

	test("passes over what is no row", async () => {
		const bytes = await fill();
		for (const rubbish of [
			"\0\0\0\0\n",
			"{}\n",
			'{"outcome":null}\n',
			"[1]\n",
		]) {
			writeFileSync(file, bytes);
			appendFileSync(file, rubbish);
			const journal = await openPlan();
			expect(await takeAll(journal)).toEqual([]);
			await journal.close();
		}
	});

	test("begins anew when it was not begun", async () => {
		writeFileSync(file, "");
		const journal = await openPlan();
		await journal.settle(ok("c0"));
		await journal.close();
		expect((await readJournal(file)).outcomes.size).toBe(1);
	});

	test(
		"soak: has every row that was seen, and goes on with the rest",
		async () => {
			const fixture = fileURLToPath(
				new URL("../test/fixtures/run-journal.ts", import.meta.url),
			);
			const seen = new Set<string>();
			for (let round = 0; round <= SOAK; round++) {
				const child = spawn(process.execPath, [fixture, file], {
					stdio: ["ignore", "pipe", "inherit"],
				});
				let text = "";
				const killAt = 20 + Math.random() * 1000;
				child.stdout.on("data", (bytes) => {
					text += bytes;
					if (text.length > killAt) child.kill("SIGKILL");
				});
				await once(child, "close");
				const ids = text.split("\n").slice(1, -1);
				for (const id of ids) {
					expect(seen, "a good row was run again").not.toContain(id);
					seen.add(id);
				}
				const { outcomes } = await readJournal(file);
				for (const id of seen)
					expect(outcomes.get(id)).toMatchObject({ id, status: "ok" });
			}
			expect(seen.size).toBeGreaterThan(0);
		},
		30_000 + SOAK * 6000,
	);
});

describe("a file that is no journal of ours", () => {
	test("is refused and left as it is", async () => {
		for (const text of ["my notes\n", "torn", '{"kind":"other"}\n', "null\n"]) {
			writeFileSync(file, text);
			await expect(openPlan()).rejects.toMatchObject({
				info: { code: "LLORCH_JOURNAL_INVALID", details: { file } },
			});
			expect(readFileSync(file, "utf8")).toBe(text);
			expect(existsSync(`${file}.lock`)).toBe(false);
		}
	});

	test("from a newer llorch is refused", async () => {
		const text = '{"version":2,"kind":"llorch-journal"}\n{"new":true}\n';
		writeFileSync(file, text);
		await expect(readJournal(file)).rejects.toMatchObject({
			info: { code: "LLORCH_JOURNAL_TOO_NEW", details: { found: 2 } },
		});
		await expect(openPlan()).rejects.toMatchObject({
			info: { code: "LLORCH_JOURNAL_TOO_NEW" },
		});
		expect(readFileSync(file, "utf8")).toBe(text);
	});

	test("is told by the system when it is missing", async () => {
		await expect(readJournal(file)).rejects.toMatchObject({ code: "ENOENT" });
	});
});

describe("group commit", () => {
	test("syncs once for what arrives together", async () => {
		const handle = await open(file, "w+");
		let syncs = 0;
		const counted = new Proxy(handle, {
			get(target, name) {
				if (name === "datasync") syncs++;
				const value = Reflect.get(target, name);
				return typeof value === "function" ? value.bind(target) : value;
			},
		});
		const appender = createAppender(counted, 0);
		const texts = Array.from({ length: 100 }, (_, i) => `line ${i}\n`);
		await Promise.all(texts.map((text) => appender.append(text)));
		expect(readFileSync(file, "utf8")).toBe(texts.join(""));
		expect(syncs).toBe(1);
		await handle.close();
	});

	test.skipIf(!existsSync("/dev/full"))(
		"passes a full disk on, and stays failed",
		async () => {
			const handle = await open("/dev/full", "r+");
			const appender = createAppender(handle, 0);
			await expect(
				Promise.allSettled([appender.append("a\n"), appender.append("b\n")]),
			).resolves.toMatchObject([
				{ status: "rejected", reason: { code: "ENOSPC" } },
				{ status: "rejected", reason: { code: "ENOSPC" } },
			]);
			await expect(appender.append("c\n")).rejects.toMatchObject({
				code: "ENOSPC",
			});
			await appender.idle();
			await handle.close();
		},
	);
});
