import { describe, expect, test } from "vitest";
import { ask } from "./ask.fixture.ts";
import { makeContent } from "./content.ts";
import { startHub } from "./hub.ts";

const SMALL = "{}\n";
const LARGE = { size: 100_000, seed: 7 };
const OLD = "1".repeat(40);
const NEW = "2".repeat(40);
const TOKEN = `hf_${"t".repeat(34)}`;

const repos = {
	"org/model": {
		revisions: [
			{ sha: OLD, files: { "config.json": "old", "model.gguf": LARGE } },
			{
				sha: NEW,
				files: {
					"config.json": SMALL,
					"model.gguf": LARGE,
					"sub/a/b.txt": "b",
				},
			},
		],
		tags: { v1: OLD },
	},
	"org/gated": { gated: true, files: { "a.txt": "secret" } },
	"org/refused": { gated: "refused", files: { "a.txt": "secret" } },
	"org/private": { private: true, files: { "a.txt": "secret" } },
} as const;

const start = () => startHub({ repos, token: TOKEN });
const large = await makeContent(LARGE).digests();
const small = await makeContent(SMALL).digests();

describe("resolve", () => {
	test("gives a small file with its git blob id as ETag, and the commit", async () => {
		await using hub = await start();
		const reply = await ask(`${hub.url}/org/model/resolve/main/config.json`);
		expect(reply).toMatchObject({
			status: 200,
			headers: {
				etag: `"${small.gitBlob}"`,
				"x-repo-commit": NEW,
				"content-length": "3",
				"accept-ranges": "bytes",
			},
			body: Buffer.from(SMALL),
		});
		expect(Object.keys(reply.headers)).not.toContain("x-xet-hash");
		const head = await ask(
			`${hub.url}/org/model/resolve/main/config.json`,
			{},
			{ method: "HEAD" },
		);
		expect(head.headers).toMatchObject({ "content-length": "3" });
		expect(head.body.length).toBe(0);
	});

	test("sends an LFS file to another port, with all a client needs to know in the redirect", async () => {
		await using hub = await start();
		const url = `${hub.url}/org/model/resolve/main/model.gguf`;
		const head = await ask(url, {}, { method: "HEAD" });
		expect(head).toMatchObject({
			status: 302,
			headers: {
				"x-repo-commit": NEW,
				"x-linked-etag": `"${large.sha256}"`,
				"x-linked-size": "100000",
			},
		});
		const location = head.headers.location ?? "";
		expect(new URL(location).origin).toBe(hub.cdnUrl);
		expect(hub.cdnUrl).not.toBe(hub.url);

		const known = await ask(location, {}, { method: "HEAD" });
		expect(known).toMatchObject({
			status: 200,
			headers: { "content-length": "100000", "accept-ranges": "bytes" },
		});
		const body = await ask(location);
		expect((await makeContent(body.body).digests()).sha256).toBe(large.sha256);
		expect(hub.bodies("model.gguf")).toMatchObject([
			{
				server: "cdn",
				repo: "org/model",
				bytesSent: 100_000,
				finished: true,
			},
		]);
	});

	test.each([
		["main", NEW],
		["v1", OLD],
		[OLD, OLD],
		["1111111", OLD],
	])("finds the revision %s", async (name, sha) => {
		await using hub = await start();
		const reply = await ask(`${hub.url}/org/model/resolve/${name}/config.json`);
		expect(reply.headers["x-repo-commit"]).toBe(sha);
	});

	test("follows main when it moves", async () => {
		await using hub = await start();
		expect(hub.commit("org/model")).toBe(NEW);
		expect(hub.commit("org/model", "v1")).toBe(OLD);
		hub.setMain("org/model", OLD);
		const reply = await ask(`${hub.url}/org/model/resolve/main/config.json`);
		expect(reply.body.toString()).toBe("old");
	});

	test("sends no file to a CDN address that was never handed out", async () => {
		await using hub = await start();
		const reply = await ask(`${hub.cdnUrl}/repos/org/model/${large.sha256}`);
		expect(reply.status).toBe(403);
	});

	test("can send small files through a redirect of the same origin, without an origin in it", async () => {
		await using hub = await startHub({ repos, redirectSmallFiles: true });
		const url = `${hub.url}/org/model/resolve/main/sub/a/b.txt`;
		const first = await ask(url, {}, { method: "HEAD" });
		expect(first).toMatchObject({
			status: 307,
			headers: {
				location: `/api/resolve-cache/models/org/model/${NEW}/sub/a/b.txt?etag=1`,
				"x-repo-commit": NEW,
			},
		});
		expect(await (await fetch(url)).text()).toBe("b");
		expect(hub.bodies("sub/a/b.txt").length).toBe(1);
	});

	test("knows where a repository moved to", async () => {
		await using hub = await startHub({ repos, moved: { model: "org/model" } });
		for (const path of ["/model/resolve/main/config.json", "/api/models/model"])
			expect((await fetch(hub.url + path)).status).toBe(200);
		expect(hub.requests[0]).toMatchObject({ status: 307 });
	});
});

describe("refusals", () => {
	const auth = { authorization: `Bearer ${TOKEN}` };
	test.each([
		["org/model/resolve/main/none", {}, 404, "EntryNotFound"],
		["org/model/resolve/none/config.json", {}, 404, "RevisionNotFound"],
		["org/none/resolve/main/a", {}, 401, undefined],
		["org/none/resolve/main/a", auth, 404, "RepoNotFound"],
		["org/private/resolve/main/a.txt", {}, 401, undefined],
		["org/private/resolve/main/a.txt", auth, 200, undefined],
		["org/gated/resolve/main/a.txt", {}, 401, "GatedRepo"],
		["org/gated/resolve/main/a.txt", auth, 200, undefined],
		["org/refused/resolve/main/a.txt", auth, 403, "GatedRepo"],
		[
			"org/model/resolve/main/config.json",
			{ authorization: "Bearer x" },
			401,
			undefined,
		],
		["api/agent-harnesses", {}, 404, undefined],
		["api/models/org/model/revision/none", {}, 404, "RevisionNotFound"],
		["api/models/org/model/tree/main/none", {}, 404, "EntryNotFound"],
		["api/whoami-v2", {}, 401, undefined],
		["api/whoami-v2", auth, 200, undefined],
		["nothing/here", {}, 404, undefined],
	])("%s %j", async (path, headers, status, code) => {
		await using hub = await start();
		const reply = await ask(`${hub.url}/${path}`, headers);
		expect(reply.status).toBe(status);
		expect(reply.headers["x-error-code"]).toBe(code);
		if (status >= 400)
			expect(JSON.parse(reply.body.toString())).toEqual({
				error: reply.headers["x-error-message"],
			});
	});

	test("name the commit of a missing file, which hf writes down", async () => {
		await using hub = await start();
		const reply = await ask(`${hub.url}/org/model/resolve/main/none`);
		expect(reply.headers["x-repo-commit"]).toBe(NEW);
	});

	test("answer a method that the address does not have", async () => {
		await using hub = await start();
		const url = `${hub.url}/org/model/resolve/main/config.json`;
		expect((await ask(url, {}, { method: "PUT" })).status).toBe(405);
	});
});

describe("api", () => {
	const json = async (url: string) => (await fetch(url)).json();

	test("tells a revision's commit and files", async () => {
		await using hub = await start();
		const info = await json(`${hub.url}/api/models/org/model/revision/main`);
		expect(info).toMatchObject({
			id: "org/model",
			sha: NEW,
			siblings: [
				{ rfilename: "config.json" },
				{ rfilename: "model.gguf" },
				{ rfilename: "sub/a/b.txt" },
			],
		});
		expect(await json(`${hub.url}/api/models/org/model`)).toEqual(info);
	});

	test("lists the tree with folders, sizes and digests", async () => {
		await using hub = await start();
		const tree = `${hub.url}/api/models/org/model/tree/${NEW}`;
		const all = await json(`${tree}?recursive=true&expand=false`);
		expect(all).toMatchObject([
			{ type: "file", path: "config.json", size: 3, oid: small.gitBlob },
			{
				type: "file",
				path: "model.gguf",
				size: 100_000,
				lfs: { oid: large.sha256, size: 100_000, pointerSize: 131 },
			},
			{ type: "directory", path: "sub" },
			{ type: "directory", path: "sub/a" },
			{ type: "file", path: "sub/a/b.txt" },
		]);
		expect(await json(tree)).toMatchObject([
			{ path: "config.json" },
			{ path: "model.gguf" },
			{ path: "sub" },
		]);
		expect(await json(`${tree}/sub/a?expand=true`)).toMatchObject([
			{ path: "sub/a/b.txt", lastCommit: { id: NEW } },
		]);
	});

	test("gives the tree in pages when asked to", async () => {
		await using hub = await startHub({ repos, treePageSize: 2 });
		const paths: string[] = [];
		let next: string | undefined =
			`${hub.url}/api/models/org/model/tree/main?recursive=true`;
		while (next !== undefined) {
			const reply: Response = await fetch(next);
			paths.push(
				...((await reply.json()) as { path: string }[]).map(({ path }) => path),
			);
			next = /<(.*)>; rel="next"/.exec(reply.headers.get("link") ?? "")?.[1];
		}
		expect(paths).toEqual([
			"config.json",
			"model.gguf",
			"sub",
			"sub/a",
			"sub/a/b.txt",
		]);
		expect(hub.requests.length).toBe(3);
	});

	test("lists branches and tags", async () => {
		await using hub = await start();
		expect(await json(`${hub.url}/api/models/org/model/refs`)).toMatchObject({
			branches: [{ name: "main", ref: "refs/heads/main", targetCommit: NEW }],
			tags: [{ name: "v1", targetCommit: OLD }],
		});
	});

	test("describes the paths it is asked for, and leaves out those it has not", async () => {
		await using hub = await start();
		const reply = await ask(
			`${hub.url}/api/models/org/model/paths-info/main`,
			{ "content-type": "application/json" },
			{
				method: "POST",
				body: JSON.stringify({ paths: ["model.gguf", "none"], expand: true }),
			},
		);
		expect(JSON.parse(reply.body.toString())).toMatchObject([
			{
				path: "model.gguf",
				lfs: { oid: large.sha256 },
				lastCommit: { id: NEW },
			},
		]);
	});
});

describe("ranges", () => {
	test.each([
		["bytes=0-0", 206, "bytes 0-0/10", "0"],
		["bytes=3-5", 206, "bytes 3-5/10", "345"],
		["bytes=7-", 206, "bytes 7-9/10", "789"],
		["bytes=7-99", 206, "bytes 7-9/10", "789"],
		["bytes=-2", 206, "bytes 8-9/10", "89"],
		["bytes=-99", 206, "bytes 0-9/10", "0123456789"],
		["bytes=10-", 416, "bytes */10", ""],
		["bytes=-0", 416, "bytes */10", ""],
		["bytes=5-3", 200, undefined, "0123456789"],
		["bytes=0-1,3-4", 200, undefined, "0123456789"],
		["bytes=-", 200, undefined, "0123456789"],
		["lines=1-2", 200, undefined, "0123456789"],
	])("%s", async (range, status, contentRange, body) => {
		await using hub = await startHub({
			repos: { "o/r": { files: { a: "0123456789" } } },
		});
		const reply = await ask(`${hub.url}/o/r/resolve/main/a`, { range });
		expect(reply.status).toBe(status);
		expect(reply.headers["content-range"]).toBe(contentRange);
		expect(reply.body.toString()).toBe(body);
		expect(hub.requests[0]).toMatchObject({ range });
	});

	test("need the version that If-Range names", async () => {
		await using hub = await start();
		const url = `${hub.url}/org/model/resolve/main/config.json`;
		const range = "bytes=1-1";
		const same = await ask(url, { range, "if-range": `"${small.gitBlob}"` });
		expect(same.status).toBe(206);
		expect((await ask(url, { range, "if-range": '"x"' })).status).toBe(200);
	});
});

describe("the hub", () => {
	test("notes a token that reached the CDN", async () => {
		await using hub = await start();
		const head = await ask(`${hub.url}/org/model/resolve/main/model.gguf`);
		expect(hub.leaks()).toEqual([]);
		await ask(head.headers.location ?? "", { authorization: "Bearer x" });
		expect(hub.leaks()).toMatchObject([{ authorization: "Bearer x" }]);
	});

	test("stores a file as LFS by its suffix, its size, or when told so", async () => {
		await using hub = await startHub({
			repos: {
				"o/r": {
					files: {
						"a.bin": "x",
						"a.txt": { size: 11 * 1024 * 1024 },
						"b.bin": { bytes: "x", lfs: false },
						"b.txt": { bytes: "x", lfs: true },
					},
				},
			},
		});
		const tree = await fetch(`${hub.url}/api/models/o/r/tree/main`);
		const entries = (await tree.json()) as { path: string; lfs?: object }[];
		expect(
			entries.filter(({ lfs }) => lfs !== undefined).map(({ path }) => path),
		).toEqual(["a.bin", "a.txt", "b.txt"]);
	});

	test("waits for a request that is yet to come, until it is told to stop", async () => {
		await using hub = await start();
		const waiting = hub.waitFor(({ file }) => file === "config.json");
		await ask(`${hub.url}/org/model/resolve/main/config.json`);
		expect(await waiting).toMatchObject({
			path: "/org/model/resolve/main/config.json",
		});
		const stop = new AbortController();
		const never = hub.waitFor(() => false, stop.signal);
		stop.abort(new Error("enough"));
		await expect(never).rejects.toThrow("enough");
		await expect(hub.waitFor(() => false, stop.signal)).rejects.toThrow(
			"enough",
		);
		hub.forget();
		expect(hub.requests).toEqual([]);
	});

	test("takes new repositories, and names those it has not", async () => {
		await using hub = await startHub({ repos: {} });
		hub.setRepo("o/r", { files: { a: "x" }, branches: { dev: NEW } });
		expect((await ask(`${hub.url}/o/r/resolve/main/a`)).status).toBe(200);
		expect(hub.commit("o/r", "dev")).toBe(NEW);
		expect(() => hub.commit("o/r", "none")).toThrow("o/r has no none");
		expect(() => hub.setMain("o/none", NEW)).toThrow("no repository o/none");
	});

	test("says when its port is taken, and leaves nothing behind", async () => {
		await using hub = await start();
		const port = Number(new URL(hub.url).port);
		await expect(startHub({ repos, port })).rejects.toThrow("EADDRINUSE");
	});
});
