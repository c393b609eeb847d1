import { Writable } from "node:stream";
import type { Event } from "@llorch/core";
import { expect, test } from "vitest";
import type { Output } from "../../app/invocation.ts";
import { createLineProgress, noProgress } from "./lines.ts";
import { createBarProgress, formatBar } from "./terminal.ts";

type Progress = Event & { type: "progress" };

const bytesOf = (done: number, total?: number): Progress => ({
	type: "progress",
	task: "t",
	label: "tiny",
	done,
	...(total === undefined ? {} : { total }),
	unit: "bytes",
});

function clockAt(times: { now: number }) {
	return { now: () => times.now, sleep: async () => {} };
}

test("in a pipe, progress is a line now and then, and one at the end", () => {
	const time = { now: 0 };
	const lines = createLineProgress(clockAt(time));
	expect(lines.update(bytesOf(0, 2_000_000))).toBe("");
	time.now = 4_000;
	expect(lines.update(bytesOf(500_000, 2_000_000))).toBe("");
	time.now = 5_000;
	expect(lines.update(bytesOf(1_000_000, 2_000_000))).toBe(
		"tiny  1.00 MB of 2.00 MB  50 %\n",
	);
	time.now = 5_100;
	expect(lines.update(bytesOf(2_000_000, 2_000_000))).toBe(
		"tiny  2.00 MB of 2.00 MB  100 %\n",
	);
	time.now = 50_000;
	expect(lines.update(bytesOf(1))).toBe("");
});

test("a total that is not known is not invented", () => {
	const time = { now: 0 };
	const lines = createLineProgress(clockAt(time));
	lines.update(bytesOf(0));
	time.now = 6_000;
	expect(lines.update(bytesOf(1_500))).toBe("tiny  1.50 kB\n");
});

test("nothing of nothing is no line", () => {
	const lines = createLineProgress(clockAt({ now: 0 }));
	expect(lines.update(bytesOf(0, 0))).toBe("");
});

test("quiet says nothing", async () => {
	expect(noProgress.update(bytesOf(1, 1))).toBe("");
	expect(await noProgress.around(async () => 7)).toBe(7);
});

/** A terminal that keeps what it was sent, and applies no escape codes. */
function terminal(): { stream: Output; screen(): string } {
	let sent = "";
	const stream = new Writable({
		write(chunk, _encoding, done) {
			sent += chunk;
			done();
		},
	});
	return {
		stream: Object.assign(stream, { isTTY: true, columns: 200 }),
		screen: () => sent,
	};
}

test("on a terminal a bar shows bytes, rate and time left, makes way for text, and goes when it is done", async () => {
	const time = { now: 0 };
	const { stream, screen } = terminal();
	const bars = createBarProgress(stream, clockAt(time));
	bars.update(bytesOf(0, 4_000_000));
	time.now = 1_000;
	bars.update(bytesOf(1_000_000, 4_000_000));
	await expect.poll(screen).toContain("1.00 MB / 4.00 MB");
	expect(screen()).toContain("tiny  [======                  ]  25 %");
	expect(screen()).toContain("1.00 MB/s  3.0 s left");
	await bars.around(async () => {
		const CLEARED = "\u001b[0J";
		expect(screen().endsWith(CLEARED)).toBe(true);
		stream.write("a note\n");
	});
	const before = screen().length;
	bars.update(bytesOf(4_000_000, 4_000_000));
	bars.close();
	expect(screen().slice(before)).not.toContain("100 %");
	expect(await bars.around(async () => "free")).toBe("free");
});

test("a bar stays away from a line that comes in pieces", async () => {
	const { stream, screen } = terminal();
	const bars = createBarProgress(stream, clockAt({ now: 0 }));
	bars.update(bytesOf(1_000_000, 4_000_000));
	const say = (text: string) =>
		bars.around(async () => void stream.write(text), !text.endsWith("\n"));
	await say("Once");
	await say(" upon");
	bars.update(bytesOf(2_000_000, 4_000_000));
	await say(" a time\n");
	expect(screen()).toContain("Once upon a time\n");
	await expect.poll(screen).toContain("2.00 MB / 4.00 MB");
	bars.close();
});

test("a bar is as wide as its terminal leaves room for; the numbers stay", () => {
	const at = (columns: number) =>
		formatBar(
			{ barsize: 24 },
			{ progress: 0.25 } as Parameters<typeof formatBar>[1],
			{ event: bytesOf(1_000_000, 4_000_000), elapsedMs: 1000, moved: 500_000 },
			columns,
		);
	const numbers = " 25 %  1.00 MB / 4.00 MB  500 kB/s  6.0 s left";
	expect(at(100)).toBe(`tiny  [======                  ] ${numbers}`);
	expect(at(64)).toBe(`tiny  [==       ] ${numbers}`);
	expect(at(60)).toBe(`tiny  [=    ] ${numbers}`);
	expect(at(55)).toBe(`tiny  ${numbers}`);
	expect(at(50)).toBe(`ti  ${numbers}`);
});
