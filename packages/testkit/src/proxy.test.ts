import { get as httpGet, request as httpRequest } from "node:http";
import type { Socket } from "node:net";
import { text as readText } from "node:stream/consumers";
import { connect } from "node:tls";
import { describe, expect, test } from "vitest";
import { makeCertificateAuthority } from "./certificates.ts";
import { startHub } from "./hub/index.ts";
import { realTest } from "./needs.ts";
import { realPart } from "./parts.ts";
import { startProxy } from "./proxy.ts";
import { programSession } from "./session/index.ts";
import { makeWorld } from "./world.ts";

const repos = { "o/r": { files: { a: "text" } } };

/** A plain request by its whole URL, as a client sends it to a proxy. */
function through(
	proxy: string,
	url: string,
	headers = {},
): Promise<{ status: number; text: string }> {
	return new Promise((resolve, reject) => {
		const { hostname, port } = new URL(proxy);
		httpGet(
			{
				host: hostname,
				port,
				path: url,
				headers: { host: new URL(url).host, ...headers },
			},
			async (reply) =>
				resolve({ status: reply.statusCode ?? 0, text: await readText(reply) }),
		).on("error", reject);
	});
}

/** Opens a tunnel. */
function tunnel(
	proxy: string,
	target: string,
): Promise<{ status: number; socket: Socket }> {
	return new Promise((resolve, reject) => {
		const { hostname, port } = new URL(proxy);
		httpRequest({ host: hostname, port, method: "CONNECT", path: target })
			.on("connect", (reply, socket) =>
				resolve({ status: reply.statusCode ?? 0, socket }),
			)
			.on("error", reject)
			.end();
	});
}

describe("the proxy", () => {
	test("passes plain requests on, and writes them down", async () => {
		await using hub = await startHub({ repos });
		await using proxy = await startProxy({
			hosts: { "hub.example": new URL(hub.url).host },
		});
		const url = "http://hub.example/o/r/resolve/main/a?x=1";
		expect(await through(proxy.url, url)).toEqual({
			status: 200,
			text: "text",
		});
		expect(proxy.requests).toMatchObject([
			{ method: "GET", target: url, status: 200 },
		]);
		expect(hub.requests).toMatchObject([
			{ url: "/o/r/resolve/main/a?x=1", headers: { host: "hub.example" } },
		]);
	});

	test("wants its credentials, and keeps them to itself", async () => {
		await using hub = await startHub({ repos });
		await using proxy = await startProxy({ credentials: "me:secret" });
		const url = `${hub.url}/o/r/resolve/main/a`;
		expect(proxy.url).toContain("//me:secret@127.0.0.1:");
		expect((await through(proxy.url, url)).status).toBe(407);
		expect((await tunnel(proxy.url, "127.0.0.1:1")).status).toBe(407);
		const headers = { "proxy-authorization": `Basic ${btoa("me:secret")}` };
		expect((await through(proxy.url, url, headers)).status).toBe(200);
		expect(hub.requests.length).toBe(1);
		expect(hub.requests[0]?.headers).not.toHaveProperty("proxy-authorization");
	});

	test("says when the other side does not answer", async () => {
		const hub = await startHub({ repos });
		await hub.close();
		await using proxy = await startProxy();
		expect((await through(proxy.url, `${hub.url}/`)).status).toBe(502);
		expect((await tunnel(proxy.url, new URL(hub.url).host)).status).toBe(502);
		const { status } = await through(proxy.url, "http://x/").catch(() => ({
			status: 0,
		}));
		expect(status).toBe(502);
	});

	realTest(
		["openssl"],
		"tunnels HTTPS, with a certificate of our own authority",
		async () => {
			await using world = await makeWorld();
			const authority = await makeCertificateAuthority(world.root);
			await using hub = await startHub({
				repos,
				tls: await authority.issue("hub.example"),
			});
			await using proxy = await startProxy({
				hosts: { "hub.example": new URL(hub.url).host },
			});
			const { socket } = await tunnel(proxy.url, "hub.example:443");
			const secure = connect({
				socket,
				servername: "hub.example",
				ca: authority.cert,
			});
			secure.end(
				"GET /o/r/resolve/main/a HTTP/1.0\r\nHost: hub.example\r\n\r\n",
			);
			expect(await readText(secure)).toMatch(
				/^HTTP\/1.1 200 OK[\s\S]*\r\ntext$/,
			);
			expect(proxy.requests).toMatchObject([
				{ method: "CONNECT", target: "hub.example:443", status: 200 },
			]);
		},
	);

	realTest(["curl", "openssl"], "is what curl takes for a proxy", async () => {
		await using world = await makeWorld();
		const authority = await makeCertificateAuthority(world.root);
		await using hub = await startHub({ repos, tls: await authority.issue() });
		await using proxy = await startProxy({ credentials: "me:secret" });
		const curl = programSession(world, {
			file: realPart("curl"),
			args: ["--silent", "--show-error"],
		});
		const words = ["--cacert", authority.file, `${hub.url}/o/r/resolve/main/a`];
		const env = { HTTPS_PROXY: proxy.url };
		expect(await curl(words, { env })).toMatchObject({
			stdout: "text",
			code: 0,
		});
		expect(proxy.requests.length).toBe(1);
		expect(
			await curl(words, { env: { ...env, NO_PROXY: "127.0.0.1" } }),
		).toMatchObject({ stdout: "text" });
		expect(proxy.requests.length).toBe(1);
		const distrusting = await curl(words.slice(2));
		expect(distrusting.stderr).toContain("certificate");
	});
});
