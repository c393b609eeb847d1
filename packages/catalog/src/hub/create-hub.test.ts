import { makeContent, readAll, startHub } from "@llorch/testkit";
import { describe, expect, test } from "vitest";
import { connect, failure, never } from "./hub.fixture.ts";
import type { HubBody } from "./types.ts";

const COMMIT = "c".repeat(40);
const CONFIG = '{"a": 1}\n';
const BIG = { size: 3_000_000, seed: "big" };
const TOKEN = { value: `hf_${"t".repeat(34)}`, from: "HF_TOKEN" };
const big = makeContent(BIG);
const { sha256 } = await big.digests();
const { gitBlob } = await makeContent(CONFIG).digests();
const repos = {
	"org/model": {
		revisions: [
			{ sha: COMMIT, files: { "config.json": CONFIG, "sub/a b+c.gguf": BIG } },
		],
		branches: { "with/slash": COMMIT },
	},
	"org/gated": { gated: true, files: { "a.gguf": "secret" } },
	"org/refused": { gated: "refused", files: { "a.gguf": "secret" } },
	"org/private": { private: true, files: { "a.gguf": "secret" } },
} as const;
const at = (path: string, repo = "org/model", revision = "main") => ({
	repo,
	path,
	revision,
});
const call = { signal: never };

async function read(body: HubBody): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of body.bytes) chunks.push(chunk);
	return Buffer.concat(chunks);
}

describe("resolveFile", () => {
	test("tells commit, hash and size of an LFS file, with one HEAD and without asking the CDN", async () => {
		await using server = await startHub({ repos });
		await using hub = connect(server.url);
		const file = await hub.resolveFile(at("sub/a b+c.gguf"), call);
		expect(file).toEqual({
			...at("sub/a b+c.gguf"),
			commit: COMMIT,
			etag: sha256,
			sha256,
			size: BIG.size,
			url: expect.stringContaining(server.cdnUrl),
			left: true,
		});
		expect(server.requests).toMatchObject([
			{
				method: "HEAD",
				path: "/org/model/resolve/main/sub/a b+c.gguf",
				headers: { "accept-encoding": "identity", "user-agent": "llorch" },
			},
		]);
	});

	test.each([false, true])(
		"tells them of a small file (through a redirect of the same origin: %s)",
		async (redirectSmallFiles) => {
			await using server = await startHub({
				repos,
				redirectSmallFiles,
				token: TOKEN.value,
			});
			await using hub = connect(server.url, { token: TOKEN });
			const file = await hub.resolveFile(at("config.json"), call);
			expect(file).toMatchObject({
				commit: COMMIT,
				etag: gitBlob,
				gitSha1: gitBlob,
				size: CONFIG.length,
				left: false,
			});
			expect(file).not.toHaveProperty("sha256");
			const body = await read(await hub.openBody(file, call));
			expect(body.toString()).toBe(CONFIG);
			expect(
				server.requests.every(
					({ authorization }) => authorization === `Bearer ${TOKEN.value}`,
				),
			).toBe(true);
		},
	);

	test("logs in with the login in its address, which it shows nobody and no other origin", async () => {
		await using server = await startHub({ repos, redirectSmallFiles: true });
		const address = server.url.replace("//", "//me:geheim@");
		await using hub = connect(address, { token: TOKEN });
		expect(hub.endpoint).toBe(server.url);
		const small = await hub.resolveFile(at("config.json"), call);
		const large = await hub.resolveFile(at("sub/a b+c.gguf"), call);
		for (const file of [small, large]) {
			expect(file.url).not.toContain("geheim");
			await read(await hub.openBody(file, call));
		}
		for (const { server: at, authorization } of server.requests)
			expect(authorization).toBe(
				at === "hub" ? `Basic ${btoa("me:geheim")}` : undefined,
			);
		const missing = await failure(hub.resolveFile(at("none"), call));
		expect(JSON.stringify(missing)).not.toContain("geheim");
	});

	test("knows a branch with a slash in its name", async () => {
		await using server = await startHub({ repos });
		await using hub = connect(`${server.url}/`);
		const ref = at("config.json", "org/model", "with/slash");
		expect(await hub.resolveFile(ref, call)).toMatchObject({ commit: COMMIT });
	});

	test("follows a repository to its new name", async () => {
		await using server = await startHub({
			repos,
			moved: { "old/name": "org/model" },
		});
		await using hub = connect(server.url);
		const file = await hub.resolveFile(at("config.json", "old/name"), call);
		expect(file).toMatchObject({ commit: COMMIT, repo: "old/name" });
	});
});

describe("openBody", () => {
	test("reads from the CDN without the token, whole and in part", async () => {
		await using server = await startHub({ repos, token: TOKEN.value });
		await using hub = connect(server.url, { token: TOKEN });
		const file = await hub.resolveFile(at("sub/a b+c.gguf"), call);
		const whole = await hub.openBody(file, call);
		expect(whole).toMatchObject({
			start: 0,
			total: BIG.size,
			etag: `"${sha256}"`,
		});
		const bytes = await readAll(big);
		expect((await read(whole)).equals(bytes)).toBe(true);
		const rest = await hub.openBody(file, {
			...call,
			from: 2_999_990,
			ifRange: `"${sha256}"`,
		});
		expect(rest).toMatchObject({ start: 2_999_990, total: BIG.size });
		expect((await read(rest)).equals(bytes.subarray(2_999_990))).toBe(true);
		expect(server.leaks()).toEqual([]);
	});

	test("gives all of it when the server knows no ranges, has another version, or a shorter file", async () => {
		await using server = await startHub({ repos });
		await using hub = connect(server.url);
		const file = await hub.resolveFile(at("config.json"), call);
		for (const options of [{ from: 3, ifRange: '"other"' }, { from: 1_000 }]) {
			const body = await hub.openBody(file, { ...call, ...options });
			expect(body).toMatchObject({ start: 0, total: CONFIG.length });
			expect((await read(body)).toString()).toBe(CONFIG);
		}
		server.fault({ noRange: true });
		const body = await hub.openBody(file, { ...call, from: 3 });
		expect(body.start).toBe(0);
		body.close();
	});

	test.each([
		["a cut connection", { cutAfter: 1_000 }],
		["a reset connection", { cutAfter: 1_000, reset: true }],
		["a stalled connection", { stallAfter: 1_000 }],
	])("ends with something to try again after %s", async (_, fault) => {
		await using server = await startHub({ repos, faults: [fault] });
		await using hub = connect(server.url);
		const file = await hub.resolveFile(at("sub/a b+c.gguf"), call);
		const body = await hub.openBody(file, call);
		const error = await read(body).catch((reason: unknown) => reason);
		expect(error).toMatchObject({
			info: { code: "LLORCH_HUB_UNREACHABLE" },
			connecting: false,
			stale: false,
		});
	});

	test("knows an address that is used up", async () => {
		await using server = await startHub({
			repos,
			faults: [{ redirect: "expired" }],
		});
		await using hub = connect(server.url);
		const file = await hub.resolveFile(at("sub/a b+c.gguf"), call);
		await expect(hub.openBody(file, call)).rejects.toMatchObject({
			stale: true,
			info: { code: "LLORCH_HUB_FAILED" },
		});
	});

	test("ends with the signal's reason when it is aborted, before and while it reads", async () => {
		await using server = await startHub({
			repos,
			faults: [{ stallAfter: 1_000 }],
		});
		await using hub = connect(server.url, { stallMs: 60_000 });
		const file = await hub.resolveFile(at("sub/a b+c.gguf"), call);
		const stop = new AbortController();
		const body = await hub.openBody(file, { signal: stop.signal });
		const reading = read(body).catch((reason: unknown) => reason);
		await server.waitFor(({ bytesSent }) => bytesSent > 0);
		const reason = new Error("enough");
		stop.abort(reason);
		expect(await reading).toBe(reason);
		await expect(hub.openBody(file, { signal: stop.signal })).rejects.toBe(
			reason,
		);
	});
});

describe("what the hub refuses", () => {
	test.each([
		["org/none", "LLORCH_HUB_LOGIN_NEEDED", "LLORCH_REPO_NOT_FOUND"],
		["org/private", "LLORCH_HUB_LOGIN_NEEDED", undefined],
		["org/gated", "LLORCH_GATED", undefined],
		["org/refused", "LLORCH_GATED", "LLORCH_GATED"],
	])("%s: %s without a token, %s with it", async (repo, without, withToken) => {
		await using server = await startHub({ repos, token: TOKEN.value });
		await using stranger = connect(server.url);
		await using known = connect(server.url, { token: TOKEN });
		const refusal = await failure(
			stranger.resolveFile(at("a.gguf", repo), call),
		);
		expect(refusal).toMatchObject({
			code: without,
			hint: expect.stringContaining(`${server.url}/${repo}`),
		});
		const asked = known.resolveFile(at("a.gguf", repo), call);
		if (withToken === undefined) await asked;
		else
			expect(await failure(asked)).toMatchObject({
				code: withToken,
				hint: expect.stringContaining(`${server.url}/${repo}`),
			});
		expect(stranger.clock.sleeps).toEqual([]);
	});

	test("a token that is not known: says where it came from, and not what it is", async () => {
		await using server = await startHub({ repos, token: TOKEN.value });
		const token = { value: `hf_${"x".repeat(34)}`, from: "/home/me/token" };
		await using hub = connect(server.url, { token });
		const refusal = await failure(hub.resolveFile(at("config.json"), call));
		expect(refusal).toMatchObject({ code: "LLORCH_HUB_TOKEN_REFUSED" });
		expect(refusal.message).toContain("/home/me/token");
		expect(JSON.stringify(refusal)).not.toContain(token.value);
	});

	test("a revision and a file that do not exist", async () => {
		await using server = await startHub({ repos });
		await using hub = connect(server.url);
		const revision = at("config.json", "org/model", "no such");
		expect(await failure(hub.resolveFile(revision, call))).toMatchObject({
			code: "LLORCH_REVISION_NOT_FOUND",
			message: "org/model has no revision no such",
		});
		expect(await failure(hub.resolveFile(at("none"), call))).toMatchObject({
			code: "LLORCH_HUB_FILE_NOT_FOUND",
			message: "org/model has no file none at revision main",
		});
	});

	test.each([
		[403, "LLORCH_GATED"],
		[404, "LLORCH_HUB_FILE_NOT_FOUND"],
		[418, "LLORCH_HUB_FAILED"],
	])("status %i without a word why", async (status, code) => {
		await using server = await startHub({
			repos,
			faults: [{ on: "resolve", status }],
		});
		await using hub = connect(server.url);
		expect(
			await failure(hub.resolveFile(at("config.json"), call)),
		).toMatchObject({ code, details: { status } });
		expect(hub.clock.sleeps).toEqual([]);
	});
});

describe("a question is asked again", () => {
	test("as long as the hub is busy, when it says, and at most five times", async () => {
		await using server = await startHub({
			repos,
			faults: [{ on: "resolve", status: 429, retryAfter: 7 }],
		});
		await using hub = connect(server.url);
		const told: number[] = [];
		const refusal = await failure(
			hub.resolveFile(at("config.json"), {
				...call,
				onRetry: (_, waitMs) => told.push(waitMs),
			}),
		);
		expect(refusal.code).toBe("LLORCH_HUB_BUSY");
		expect(told).toEqual([7_000, 7_000, 7_000, 7_000]);
		expect(hub.clock.sleeps).toEqual(told);
		expect(server.requests.length).toBe(5);
	});

	test.each([
		["it fails", { status: 503, times: 2 }],
		["it does not answer", { cutBeforeHeaders: true, times: 2 }],
		["it stalls", { stallBeforeHeaders: true, times: 2 }],
	])("when %s, with growing pauses", async (_, fault) => {
		await using server = await startHub({
			repos,
			faults: [{ on: "resolve", ...fault }],
		});
		await using hub = connect(server.url);
		expect(await hub.resolveFile(at("config.json"), call)).toMatchObject({
			commit: COMMIT,
		});
		const [first = 0, second = 0, ...more] = hub.clock.sleeps;
		expect(more).toEqual([]);
		expect(first).toBeGreaterThanOrEqual(500);
		expect(first).toBeLessThanOrEqual(1_000);
		expect(second).toBeGreaterThanOrEqual(1_000);
		expect(second).toBeLessThanOrEqual(2_000);
	});

	test("not when nobody answers at all", async () => {
		const server = await startHub({ repos });
		await server.close();
		await using hub = connect(server.url);
		expect(
			await failure(hub.resolveFile(at("config.json"), call)),
		).toMatchObject({
			code: "LLORCH_HUB_UNREACHABLE",
			message: `${new URL(server.url).host} cannot be reached: nothing answers there`,
		});
		expect(hub.clock.sleeps).toEqual([]);
	});

	test("not when the name is not known", async () => {
		await using hub = connect("http://no-such-host.invalid");
		expect(
			await failure(hub.resolveFile(at("config.json"), call)),
		).toMatchObject({
			code: "LLORCH_HUB_UNREACHABLE",
			message: "no-such-host.invalid cannot be reached: its name is not known",
		});
	});

	test("nor when it is offline: then not even once", async () => {
		await using server = await startHub({ repos });
		await using hub = connect(server.url, { network: { offline: true } });
		expect(
			await failure(hub.resolveFile(at("config.json"), call)),
		).toMatchObject({ code: "LLORCH_HUB_OFFLINE" });
		expect(server.requests).toEqual([]);
	});
});
