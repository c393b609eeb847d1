import type { Fault } from "@llorch/testkit";
import { describe, expect, test } from "vitest";
import {
	expectAbsent,
	expectReady,
	openModels,
	rangeStart,
	tinyllama,
} from "./models.fixture.ts";

// Whatever the hub and the link to it do: the right bytes, or none under a final name.

const SIZE = 3_000_000;
/** What has arrived when a body breaks off: more than the store gathers before it writes. */
const SOME = 1_000_000;
const DOWNLOAD = "models download tinyllama";

const open = (
	faults: readonly Fault[],
	attempts: number,
	atEnd: (dispose: () => Promise<void>) => void,
) =>
	openModels(
		{
			...tinyllama(SIZE),
			hub: { faults },
			world: {
				files: {
					".llorch.toml": `[models]\nstall_timeout = 1\nattempts = ${attempts}\n`,
				},
			},
		},
		atEnd,
	);

type Passing = {
	fault: string;
	faults: readonly Fault[];
	/** What is said about it. */
	said: RegExp;
	/** Where the Range of each body begins. Default: one body, of all. */
	starts?: readonly number[];
};

const PASSING: readonly Passing[] = [
	{
		fault: "429 without Retry-After",
		faults: [{ on: "resolve", status: 429, times: 1 }],
		said: /we ask too much \(status 429\); trying again in (\d+ ms|1 s|1\.0 s)/,
	},
	{
		fault: "429 with Retry-After",
		faults: [{ status: 429, retryAfter: 2, times: 1 }],
		said: /\(status 429\); trying again in 2(\.0)? s/,
	},
	{
		fault: "503 instead of the headers",
		faults: [{ on: "resolve", status: 503, times: 1 }],
		said: /failed \(status 503\); trying again/,
	},
	{
		fault: "500 instead of the body",
		faults: [{ status: 500, times: 1 }],
		said: /failed \(status 500\); trying again/,
	},
	{
		fault: "a connection that is closed in the middle, twice",
		faults: [{ cutAfter: SOME, times: 2 }],
		said: /the connection was closed; trying again/,
		starts: [0, SOME, 2 * SOME],
	},
	{
		fault: "a connection that is reset in the middle",
		faults: [{ cutAfter: SOME, reset: true, times: 1 }],
		said: /the connection was (reset|closed); trying again/,
	},
	{
		fault: "a connection that is closed before the headers",
		faults: [{ cutBeforeHeaders: true, times: 1 }],
		said: /the connection was closed; trying again/,
	},
	{
		fault: "a body that stalls in the middle",
		faults: [{ stallAfter: SOME, times: 1 }],
		said: /the server stopped sending; trying again/,
		starts: [0, SOME],
	},
	{
		fault: "a server that never answers, once",
		faults: [{ on: "resolve", stallBeforeHeaders: true, times: 1 }],
		said: /the server did not answer in time; trying again/,
	},
	{
		fault: "an address that has expired when it is used",
		faults: [{ redirect: "expired", times: 1 }],
		said: /does not give out .* \(status 403\); trying again/,
	},
	{
		fault: "an address for one GET only, and a connection that is closed",
		faults: [{ redirect: "once" }, { cutAfter: SOME, times: 1 }],
		said: /\(status 403\); trying again/,
		starts: [0, SOME],
	},
	{
		fault: "a server without Range, and a connection that is closed",
		faults: [{ noRange: true }, { cutAfter: SOME, times: 1 }],
		said: /the server cannot go on at 1\.0+ MB and sends all of it again/,
		starts: [0, SOME],
	},
	{
		fault: "a body that is shorter than its Content-Length",
		faults: [{ contentLength: SIZE, cutAfter: SOME, times: 1 }],
		said: /trying again/,
		starts: [0, SOME],
	},
];

type Failing = {
	fault: string;
	faults: readonly Fault[];
	/** The error code and the exit code. */
	ends: readonly [string, number];
	/** It gives up before it asks for a body. */
	bodiless?: true;
};

const FAILING: readonly Failing[] = [
	{
		fault: "429 for ever",
		faults: [{ on: "resolve", status: 429 }],
		ends: ["LLORCH_HUB_BUSY", 1],
		bodiless: true,
	},
	{
		fault: "502 for ever",
		faults: [{ status: 502 }],
		ends: ["LLORCH_HUB_FAILED", 1],
		bodiless: true,
	},
	{
		fault: "a connection that is closed at once for ever",
		faults: [{ cutAfter: 0 }],
		ends: ["LLORCH_HUB_UNREACHABLE", 1],
	},
	{
		fault: "addresses that have always expired",
		faults: [{ redirect: "expired" }],
		ends: ["LLORCH_HUB_FAILED", 1],
		bodiless: true,
	},
	{
		fault: "a size in the headers that is not the catalog's",
		faults: [{ linkedSize: SIZE + 1 }],
		ends: ["LLORCH_SIZE_MISMATCH", 4],
		bodiless: true,
	},
	{
		fault: "a Content-Length that is too small",
		faults: [{ contentLength: SIZE - 1 }],
		ends: ["LLORCH_SIZE_MISMATCH", 4],
	},
	{
		fault: "a Content-Length that is too large",
		faults: [{ contentLength: SIZE + 1 }],
		ends: ["LLORCH_SIZE_MISMATCH", 4],
	},
];

describe.concurrent("models download overcomes", () => {
	test.for(PASSING)(
		"$fault",
		async ({ faults, said, starts }, { onTestFinished }) => {
			const { hub, llorch, file } = await open(faults, 5, onTestFinished);
			const run = await llorch(DOWNLOAD);
			expect(run).toMatchObject({
				stderr: expect.stringMatching(said),
				code: 0,
			});
			await expectReady(file("tinyllama"));
			if (starts !== undefined)
				expect(hub.bodies().map(rangeStart)).toEqual(starts);
		},
	);
});

describe.concurrent("models download gives up, and ends well the next time, after", () => {
	test.for(FAILING)(
		"$fault",
		async ({ faults, ends, bodiless }, { onTestFinished }) => {
			const { hub, llorch, file } = await open(faults, 2, onTestFinished);
			const [error, code] = ends;
			const run = await llorch(DOWNLOAD);
			expect(run).toMatchObject({
				stderr: expect.stringContaining(`(${error})`),
				code,
			});
			await expectAbsent(file("tinyllama"));
			if (bodiless) expect(hub.bodies()).toEqual([]);

			hub.clearFaults();
			expect(await llorch(DOWNLOAD)).toMatchObject({ code: 0 });
			await expectReady(file("tinyllama"));
		},
	);
});
