import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { describe, expect, test } from "vitest";
import { connect, failure, never } from "./hub.fixture.ts";
import type { HubFile } from "./types.ts";

// What no hub should answer, and mirrors, proxies and login pages do.

const COMMIT = "c".repeat(40);
const SHA = "a".repeat(64);
const REF = { repo: "org/model", revision: "main", path: "a.gguf" };
const TOKEN = { value: "hf_secret", from: "HF_TOKEN" };
const call = { signal: never };

async function serve(answer: RequestListener) {
	const seen: { url: string; authorization: string | undefined }[] = [];
	const server = createServer((request, response) => {
		const { authorization } = request.headers;
		seen.push({ url: request.url ?? "", authorization });
		answer(request, response);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, "127.0.0.1", resolve);
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		seen,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

const describeFile: RequestListener = (_, response) =>
	response
		.writeHead(200, {
			"x-repo-commit": COMMIT,
			"x-linked-etag": `"${SHA}"`,
			"content-length": 5,
		})
		.end();

const redirect =
	(location: string): RequestListener =>
	(_, response) =>
		response.writeHead(302, { location }).end("Found");

describe("redirects", () => {
	test("to another origin are followed without the token, also when they lead back", async () => {
		await using elsewhere = await serve((request, response) =>
			redirect(`${hub.url}/back${request.url}`)(request, response),
		);
		await using hub = await serve((request, response) =>
			request.url?.startsWith("/back")
				? describeFile(request, response)
				: redirect(`${elsewhere.url}${request.url}`)(request, response),
		);
		await using client = connect(hub.url, { token: TOKEN });
		expect(await client.resolveFile(REF, call)).toMatchObject({
			commit: COMMIT,
			sha256: SHA,
			size: 5,
			left: true,
		});
		expect(hub.seen.map(({ authorization }) => authorization)).toEqual([
			"Bearer hf_secret",
			undefined,
		]);
		expect(elsewhere.seen).toMatchObject([{ authorization: undefined }]);
	});

	test("without end are given up", async () => {
		await using hub = await serve(redirect("/again"));
		await using client = connect(hub.url);
		expect(await failure(client.resolveFile(REF, call))).toMatchObject({
			code: "LLORCH_HUB_ANSWER",
			message: expect.stringContaining("without end"),
		});
		expect(hub.seen.length).toBe(11);
	});

	test.each(["ftp://127.0.0.1/a", "http://[", "file:///etc/passwd"])(
		"to %s are not followed",
		async (location) => {
			await using hub = await serve(redirect(location));
			await using client = connect(hub.url);
			expect(await failure(client.resolveFile(REF, call))).toMatchObject({
				code: "LLORCH_HUB_ANSWER",
			});
		},
	);
});

describe("answers that lack something", () => {
	test.each([
		["the commit", { etag: `"${SHA}"` }, "X-Repo-Commit"],
		["the hash", { "x-repo-commit": COMMIT }, "ETag"],
		["a whole commit", { "x-repo-commit": "../x", etag: "x" }, "X-Repo-Commit"],
	])("%s", async (_, headers, missing) => {
		await using hub = await serve((_request, response) =>
			response.writeHead(200, headers).end(),
		);
		await using client = connect(hub.url);
		expect(await failure(client.resolveFile(REF, call))).toMatchObject({
			code: "LLORCH_HUB_ANSWER",
			message: expect.stringContaining(missing),
		});
	});

	test("a hash of a kind of its own, marked as weak, is told as it is", async () => {
		await using hub = await serve((_request, response) =>
			response
				.writeHead(200, { "x-repo-commit": COMMIT, etag: 'W/"abc-1"' })
				.end(),
		);
		await using client = connect(hub.url);
		const file = await client.resolveFile(REF, call);
		expect(file.etag).toBe("abc-1");
		expect(file).not.toHaveProperty("sha256");
		expect(file).not.toHaveProperty("gitSha1");
	});

	test("what is not HTTP at all", async () => {
		const server = createTcpServer((socket) => socket.end("SSH-2.0-x\r\n"));
		await new Promise<void>((resolve) => {
			server.listen(0, "127.0.0.1", resolve);
		});
		const { port } = server.address() as AddressInfo;
		await using client = connect(`http://127.0.0.1:${port}`);
		expect(await failure(client.resolveFile(REF, call))).toMatchObject({
			code: "LLORCH_HUB_ANSWER",
			message: expect.stringContaining("does not speak HTTP"),
		});
		server.close();
	});
});

describe("bodies", () => {
	const fileAt = (url: string): HubFile => ({
		...REF,
		commit: COMMIT,
		etag: SHA,
		url,
		left: true,
	});

	test.each([undefined, "bytes 4-9/10", "bytes */10"])(
		"that are another part than was asked for (Content-Range: %s)",
		async (range) => {
			await using cdn = await serve((_, response) =>
				response
					.writeHead(206, range === undefined ? {} : { "content-range": range })
					.end("123456"),
			);
			await using client = connect(cdn.url);
			const asked = client.openBody(fileAt(cdn.url), { ...call, from: 5 });
			expect(await failure(asked)).toMatchObject({
				code: "LLORCH_HUB_ANSWER",
			});
		},
	);

	test("of unknown length are given as they come", async () => {
		await using cdn = await serve((_, response) =>
			response.writeHead(206, { "content-range": "bytes 5-9/*" }).end("56789"),
		);
		await using client = connect(cdn.url);
		const body = await client.openBody(fileAt(cdn.url), { ...call, from: 5 });
		expect(body).not.toHaveProperty("total");
		expect(body.start).toBe(5);
		body.close();
	});

	test("that the hub itself refuses are explained as its other refusals", async () => {
		await using hub = await serve((_, response) =>
			response.writeHead(404, { "x-error-code": "RepoNotFound" }).end(),
		);
		await using client = connect(hub.url);
		const file = { ...fileAt(hub.url), left: false };
		expect(await failure(client.openBody(file, call))).toMatchObject({
			code: "LLORCH_REPO_NOT_FOUND",
		});
	});

	test("that the CDN has no time for come with how long to wait", async () => {
		await using cdn = await serve((_, response) =>
			response.writeHead(503, { "retry-after": "3" }).end("busy"),
		);
		await using client = connect(cdn.url);
		await expect(client.openBody(fileAt(cdn.url), call)).rejects.toMatchObject({
			retryAfterMs: 3_000,
			stale: false,
		});
	});
});
