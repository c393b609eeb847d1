import {
	type Check,
	type Event,
	type Finding,
	follow,
	LlorchError,
} from "@llorch/core";
import { createLocalRunner, systemClock } from "@llorch/run";
import { expect, test, vi } from "vitest";
import { gpuCheck } from "../src/app/doctor/checks/gpu.ts";
import type { Diagnosis } from "../src/app/doctor/diagnosis.ts";
import { runChecks } from "../src/app/doctor/run-checks.ts";
import { smallMachine } from "./doctor-world.ts";

const fine: Finding[] = [{ level: "ok", text: "fine" }];

function check(
	id: string,
	run: Check["run"] = async () => fine,
	timeoutMs = 10_000,
): Check {
	return { id, title: id.toUpperCase(), timeoutMs, run };
}

async function diagnose(
	checks: readonly Check[],
	signal: AbortSignal = new AbortController().signal,
): Promise<{ diagnosis: Diagnosis; events: Event[]; ms: number }> {
	const events: Event[] = [];
	const startedAt = performance.now();
	const diagnosis = await follow(
		runChecks(checks, { signal, clock: systemClock }),
		(event) => void events.push(event),
	);
	return { diagnosis, events, ms: performance.now() - startedAt };
}

test("all checks run at once, and are reported in the order of the list", async () => {
	const all = Promise.withResolvers<void>();
	let started = 0;
	// Each waits for all the others: one after the other, none would ever end.
	const together = async () => {
		if (++started === 20) all.resolve();
		await all.promise;
		return fine;
	};
	const checks = Array.from({ length: 20 }, (_, index) =>
		check(`c${index}`, together),
	);
	const { diagnosis } = await diagnose(checks);
	expect(diagnosis.counts).toEqual({
		ok: 20,
		warning: 0,
		error: 0,
		skipped: 0,
	});
	expect(diagnosis.checks.map(({ id }) => id)).toEqual(
		checks.map(({ id }) => id),
	);
});

test("a check has the status of its gravest finding; without any it is skipped", async () => {
	const levels = (...list: Finding["level"][]) =>
		list.map((level) => ({ level, text: level }));
	const { diagnosis } = await diagnose([
		check("a", async () => levels("ok", "error", "warning")),
		check("b", async () => levels("ok", "warning")),
		check("c", async () => []),
	]);
	expect(diagnosis).toMatchObject({
		version: 1,
		counts: { ok: 0, warning: 1, error: 1, skipped: 1 },
		checks: [{ status: "error" }, { status: "warning" }, { status: "skipped" }],
	});
});

test("progress counts the checks, names one that still runs, and leaves the last word to the report", async () => {
	const gate = Promise.withResolvers<void>();
	const { events } = await diagnose([
		check("slow", async () => {
			await gate.promise;
			return fine;
		}),
		check("quick", async () => {
			setTimeout(gate.resolve, 0);
			return fine;
		}),
	]);
	const of = (label: string, done: number) => ({
		type: "progress",
		task: "doctor",
		label,
		done,
		total: 2,
		unit: "items",
	});
	expect(events).toEqual([of("checking SLOW", 0), of("checking SLOW", 1)]);
});

test.each([
	["rejects", () => Promise.reject(new Error("no such luck"))],
	[
		"throws at once",
		() => {
			throw new Error("no such luck");
		},
	],
	["throws something odd", () => Promise.reject("no such luck")],
])(
	"a check that %s is an error of its own, and hides no other",
	async (_how, run) => {
		const { diagnosis } = await diagnose([check("bad", run), check("good")]);
		expect(diagnosis.checks).toMatchObject([
			{
				status: "error",
				findings: [
					{ level: "error", text: "BAD could not be checked: no such luck" },
				],
			},
			{ status: "ok", findings: fine },
		]);
	},
);

test("what a finding quotes from elsewhere cannot move the cursor or show a token", async () => {
	const text = "\u001b[2Jsee https://me:secret@host/ hf_abcdefghijklmnop";
	const { diagnosis } = await diagnose([
		check("a", async () => [{ level: "warning", text }]),
	]);
	expect(diagnosis.checks[0]?.findings[0]?.text).toBe(
		"see https://***@host/ hf_***",
	);
});

test("an nvidia-smi that hangs costs its own limit, becomes a finding, and is ended with its children", async () => {
	const { world, runner, machine } = await smallMachine();
	await world.program("nvidia-smi", "#!/bin/sh\nsleep 600 &\nsleep 600\n");
	const gpu = gpuCheck(runner, machine, { os: "linux", arch: "x64" });
	const { diagnosis, ms } = await diagnose([
		{ ...gpu, timeoutMs: 1_000 },
		check("other"),
	]);
	expect(diagnosis.checks).toMatchObject([
		{
			status: "warning",
			findings: [
				{ level: "warning", text: "nvidia-smi did not answer within 1 s" },
			],
		},
		{ status: "ok" },
	]);
	expect(ms).toBeGreaterThanOrEqual(995);
	expect(ms).toBeLessThan(2_500);
	expect(await world.processes()).toEqual([]);
	// The limit it really has, as its user will read it.
	expect(gpu.timeoutMs).toBe(5_000);
});

test("a program that ignores TERM does not hold the report up, and is ended all the same", async () => {
	const { world, machine } = await smallMachine();
	const script = "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1; done\n";
	await world.program("nvidia-smi", script);
	const { env, folder: cwd } = world;
	const runner = createLocalRunner({ env, cwd, killAfterMs: 1_500 });
	const gpu = gpuCheck(runner, machine, { os: "linux", arch: "x64" });
	const { diagnosis, ms } = await diagnose([{ ...gpu, timeoutMs: 300 }]);
	expect(diagnosis.checks[0]?.findings).toEqual([
		{ level: "warning", text: "nvidia-smi did not answer within 300 ms" },
	]);
	// The report was there before KILL came.
	expect(ms).toBeLessThan(1_700);
	const gone = async () => expect(await world.processes()).toEqual([]);
	await vi.waitFor(gone, { timeout: 10_000 });
});

test("a check that never heard of its signal is left behind", async () => {
	const deaf = check("deaf", () => new Promise(() => {}), 50);
	const late = check(
		"late",
		async (signal) => {
			await new Promise((resolve) => signal.addEventListener("abort", resolve));
			return [{ level: "ok", text: "nothing found in what was cut off" }];
		},
		2_000,
	);
	const { diagnosis } = await diagnose([deaf, { ...late, timeoutMs: 50 }]);
	expect(diagnosis.checks.map(({ findings }) => findings)).toEqual([
		[{ level: "warning", text: "DEAF did not answer within 50 ms" }],
		[{ level: "warning", text: "LATE did not answer within 50 ms" }],
	]);
});

test("Ctrl-C ends what runs, and doctor with its reason", async () => {
	const { world, runner, machine } = await smallMachine();
	await world.program("nvidia-smi", "#!/bin/sh\n: > started\nsleep 600\n");
	const gpu = gpuCheck(runner, machine, { os: "linux", arch: "x64" });
	const controller = new AbortController();
	const reason = new LlorchError("LLORCH_INTERRUPTED", "interrupted");
	const stop = check("stop", async () => {
		const started = async (): Promise<void> => {
			if ((await world.tree()).includes("started")) return;
			await new Promise((resolve) => setTimeout(resolve, 5));
			return started();
		};
		await started();
		controller.abort(reason);
		return fine;
	});
	await expect(diagnose([gpu, stop], controller.signal)).rejects.toBe(reason);
	expect(await world.processes()).toEqual([]);
});
