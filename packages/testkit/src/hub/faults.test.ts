import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { ask } from "./ask.fixture.ts";
import { makeContent, readAll } from "./content.ts";
import type { Fault } from "./faults.ts";
import { type Hub, startHub } from "./hub.ts";

const SIZE = 100_000;
const whole = await readAll(makeContent({ size: SIZE }));
const start = (...faults: Fault[]) =>
	startHub({
		repos: {
			"o/r": {
				files: { "a.gguf": { size: SIZE }, "b.gguf": "b", "c.txt": "small" },
			},
		},
		faults,
	});

const resolve = (hub: Hub, file = "a.gguf") =>
	ask(`${hub.url}/o/r/resolve/main/${file}`);

/** Gets a file as a client does: where it lies, then its bytes. */
async function get(hub: Hub, headers = {}, file = "a.gguf") {
	const { headers: found } = await resolve(hub, file);
	return ask(found.location ?? "", headers);
}

describe("a fault", () => {
	test("cuts the body after so many bytes", async () => {
		await using hub = await start({ cutAfter: 40_000 });
		const reply = await get(hub);
		expect(reply.status).toBe(200);
		expect(reply.headers["content-length"]).toBe(String(SIZE));
		expect(reply.body.equals(whole.subarray(0, 40_000))).toBe(true);
		expect(reply.error).toMatchObject({ code: "ECONNRESET" });
		expect(hub.bodies()).toMatchObject([
			{ bytesSent: 40_000, finished: false, closed: true },
		]);
	});

	test("resets the connection", async () => {
		await using hub = await start({ path: "c.txt", cutAfter: 2, reset: true });
		const socket = connect(Number(new URL(hub.url).port), "127.0.0.1");
		socket.write("GET /o/r/resolve/main/c.txt HTTP/1.1\r\nHost: hub\r\n\r\n");
		// A connection that is closed in order ends without an error.
		const [error] = await once(socket.resume(), "error");
		expect(error).toMatchObject({ code: "ECONNRESET", syscall: "read" });
	});

	test("cuts before the headers", async () => {
		await using hub = await start({ cutBeforeHeaders: true });
		await expect(get(hub)).rejects.toMatchObject({ code: "ECONNRESET" });
	});

	test("stalls in the body until the client leaves", async () => {
		await using hub = await start({ stallAfter: 1000 });
		const client = new AbortController();
		const { headers } = await resolve(hub);
		const reply = ask(headers.location ?? "", {}, { signal: client.signal });
		await hub.waitFor(({ bytesSent }) => bytesSent === 1000);
		client.abort();
		// The bytes may or may not have reached the client when it left.
		await reply.catch(() => {});
		await hub.waitFor(({ server, closed }) => server === "cdn" && closed);
		expect(hub.bodies()).toMatchObject([{ bytesSent: 1000, finished: false }]);
	});

	test("stalls before the headers until the hub closes", async () => {
		const hub = await start({ stallBeforeHeaders: true });
		const reply = expect(get(hub)).rejects.toThrow("socket hang up");
		await hub.waitFor(({ server }) => server === "cdn");
		await hub.close();
		await reply;
	});

	test.each([
		[429, 3, "3"],
		[429, undefined, undefined],
		[503, "Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT"],
	])("answers %i with Retry-After %s", async (status, retryAfter, header) => {
		await using hub = await start({
			status,
			...(retryAfter === undefined ? {} : { retryAfter }),
		});
		const reply = await get(hub);
		expect(reply.status).toBe(status);
		expect(reply.headers["retry-after"]).toBe(header);
		expect(hub.bodies()).toEqual([]);
	});

	test("announces more than it sends", async () => {
		await using hub = await start({ contentLength: SIZE + 10 });
		const reply = await get(hub);
		expect(reply.headers["content-length"]).toBe(String(SIZE + 10));
		expect(reply.body.equals(whole)).toBe(true);
		expect(reply.error).toBeDefined();
	});

	test("announces less than it sends", async () => {
		await using hub = await start({ contentLength: 10 });
		const reply = await get(hub);
		expect(reply.headers["content-length"]).toBe("10");
		expect(reply.body.equals(whole.subarray(0, 10))).toBe(true);
	});

	test("lies about the size in the redirect", async () => {
		await using hub = await start({ linkedSize: 5 });
		expect((await resolve(hub)).headers["x-linked-size"]).toBe("5");
		expect((await get(hub)).body.length).toBe(SIZE);
	});

	test("inverts a byte, also when only a part of the file is asked for", async () => {
		await using hub = await start({ wrongByteAt: 70_000 });
		const spoiled = Buffer.from(whole);
		spoiled[70_000] = (whole[70_000] ?? 0) ^ 0xff;
		expect((await get(hub)).body.equals(spoiled)).toBe(true);
		const part = await get(hub, { range: "bytes=69999-70001" });
		expect(part.body.equals(spoiled.subarray(69_999, 70_002))).toBe(true);
		const before = await get(hub, { range: "bytes=0-69999" });
		expect(before.body.equals(whole.subarray(0, 70_000))).toBe(true);
		expect(hub.requests.at(-1)).toMatchObject({ status: 206 });
	});

	test("lets an address work once", async () => {
		await using hub = await start({ redirect: "once" });
		const { headers } = await resolve(hub);
		const url = headers.location ?? "";
		expect((await ask(url, {}, { method: "HEAD" })).status).toBe(200);
		expect((await ask(url)).status).toBe(200);
		expect((await ask(url)).status).toBe(403);
		expect((await get(hub)).status).toBe(200);
	});

	test("hands out an address that has expired", async () => {
		await using hub = await start({ redirect: "expired", times: 1 });
		expect((await get(hub)).status).toBe(403);
		expect((await get(hub)).status).toBe(200);
	});

	test("takes ranges away", async () => {
		await using hub = await start({ noRange: true });
		const reply = await get(hub, { range: "bytes=5-9" });
		expect(reply.status).toBe(200);
		expect(reply.headers["accept-ranges"]).toBeUndefined();
		expect(reply.body.equals(whole)).toBe(true);
	});

	test("ignores If-Range", async () => {
		await using hub = await start({ ignoreIfRange: true });
		const reply = await get(hub, { range: "bytes=5-9", "if-range": '"other"' });
		expect(reply.status).toBe(206);
		expect(reply.body.equals(whole.subarray(5, 10))).toBe(true);
	});

	test("slows a connection down", async () => {
		await using hub = await start({ bytesPerSecond: 1_000_000 });
		const began = performance.now();
		expect((await get(hub)).body.equals(whole)).toBe(true);
		expect(performance.now() - began).toBeGreaterThan(90);
	});
});

describe("a fault meets", () => {
	const statuses = async (hub: Hub, file?: string) => {
		const all: number[] = [];
		for (let i = 0; i < 3; i++) all.push((await get(hub, {}, file)).status);
		return all;
	};

	test("the nth request only", async () => {
		await using hub = await start({ status: 500, nth: 2 });
		expect(await statuses(hub)).toEqual([200, 500, 200]);
	});

	test("the first few only", async () => {
		await using hub = await start({ status: 500, times: 2 });
		expect(await statuses(hub)).toEqual([500, 500, 200]);
	});

	test("its own file and repository only", async () => {
		await using hub = await start(
			{ path: "a.gguf", status: 500 },
			{ repo: "o/other", status: 501 },
		);
		expect(await statuses(hub)).toEqual([500, 500, 500]);
		expect(await statuses(hub, "b.gguf")).toEqual([200, 200, 200]);
	});

	test("the hub's own addresses when told so", async () => {
		await using hub = await start(
			{ on: "resolve", method: "HEAD", status: 502 },
			{ on: "api", status: 504 },
		);
		const url = `${hub.url}/o/r/resolve/main/c.txt`;
		expect((await ask(url, {}, { method: "HEAD" })).status).toBe(502);
		expect((await ask(url)).status).toBe(200);
		expect((await ask(`${hub.url}/api/models/o/r`)).status).toBe(504);
	});

	test("a small file where its bytes are: at the hub", async () => {
		await using hub = await start({ path: "c.txt", cutAfter: 2 });
		const reply = await ask(`${hub.url}/o/r/resolve/main/c.txt`);
		expect(reply.body.toString()).toBe("sm");
	});

	test("what comes while it is there, together with others", async () => {
		await using hub = await start({ wrongByteAt: 0 });
		const remove = hub.fault({ cutAfter: 1 });
		expect((await get(hub)).body).toEqual(
			Buffer.from([(whole[0] ?? 0) ^ 0xff]),
		);
		remove();
		remove();
		expect((await get(hub)).body.length).toBe(SIZE);
		hub.clearFaults();
		expect((await get(hub)).body.equals(whole)).toBe(true);
	});
});
