import { rootCertificates } from "node:tls";
import {
	makeCertificateAuthority,
	makeWorld,
	realTest,
	startHub,
	startProxy,
} from "@llorch/testkit";
import { describe, expect, test } from "vitest";
import { connect, failure, never } from "./hub.fixture.ts";
import { readNetwork } from "./network.ts";

const REF = { repo: "org/model", revision: "main", path: "config.json" };
const repos = {
	"org/model": { files: { "config.json": "{}", "a.gguf": "a" } },
};
const call = { signal: never };

describe("the environment", () => {
	test.each([
		[{}, {}],
		[
			{ HTTPS_PROXY: "http://p:1", HTTP_PROXY: "q:2", NO_PROXY: "a,b" },
			{ httpsProxy: "http://p:1", httpProxy: "http://q:2", noProxy: "a,b" },
		],
		[
			{ https_proxy: "http://low:1", HTTPS_PROXY: "http://up:1", no_proxy: "" },
			{ httpsProxy: "http://low:1", noProxy: "" },
		],
		[
			{ ALL_PROXY: "http://all:1", HTTPS_PROXY: "http://p:1" },
			{ httpsProxy: "http://p:1", httpProxy: "http://all:1" },
		],
		[
			{ ALL_PROXY: "socks5h://s:1", http_proxy: "p" },
			{ httpsProxy: "socks5h://s:1", httpProxy: "http://p" },
		],
		[{ HF_HUB_OFFLINE: "yes" }, { offline: true }],
		[{ HF_HUB_OFFLINE: "0" }, {}],
	])("%o", async (env, expected) => {
		expect(await readNetwork(env)).toEqual({ offline: false, ...expected });
	});

	test.each(["socks5://p:1", "http://", "ftp://p"])(
		"a proxy that is %s is refused",
		async (HTTPS_PROXY) => {
			const refusal = await failure(readNetwork({ HTTPS_PROXY }));
			expect(refusal).toMatchObject({
				code: "LLORCH_PROXY_FAILED",
				message: expect.stringContaining("HTTPS_PROXY"),
			});
		},
	);

	test.each([
		[{ ALL_PROXY: "socks5h://127.0.0.1:9" }, "LLORCH_PROXY_FAILED"],
		[
			{ ALL_PROXY: "socks://127.0.0.1:9", NO_PROXY: "a.b, 27.0.0.1" },
			"LLORCH_PROXY_FAILED",
		],
		[{ ALL_PROXY: "socks5://127.0.0.1:9", NO_PROXY: "a.b, 127.0.0.1" }, "none"],
		[{ ALL_PROXY: "socks5://127.0.0.1:9", NO_PROXY: "*" }, "none"],
		[{ ALL_PROXY: "socks5://127.0.0.1:9", HTTPS_PROXY: "p" }, "used"],
	])("SOCKS is refused where it would be used: %o", async (env, end) => {
		await using server = await startHub({ repos: {} });
		// With a usable proxy nobody answers: the hub must not see that it was tried.
		const endpoint = end === "used" ? "https://127.0.0.1:9" : server.url;
		const network = await readNetwork(env);
		await using hub = connect(endpoint, { network, attempts: 1 });
		const ref = { repo: "a/b", revision: "main", path: "c" };
		const { code } = await failure(hub.resolveFile(ref, { signal: never }));
		if (end === "LLORCH_PROXY_FAILED") expect(code).toBe(end);
		expect(server.requests.length).toBe(end === "none" ? 1 : 0);
	});

	test("certificates are added to those that are built in", async () => {
		const pem = "-----BEGIN CERTIFICATE-----\nx\n";
		await using world = await makeWorld({
			files: { "a.pem": pem, "b.pem": `${pem}b`, "not.pem": "text" },
		});
		const file = world.path("a.pem");
		const { ca } = await readNetwork({
			NODE_EXTRA_CA_CERTS: file,
			SSL_CERT_FILE: file,
			CURL_CA_BUNDLE: world.path("b.pem"),
		});
		expect(ca?.slice(-2)).toEqual([pem, `${pem}b`]);
		expect(ca?.length).toBeGreaterThan(rootCertificates.length);
		for (const name of ["not.pem", "none.pem"])
			expect(
				await failure(readNetwork({ REQUESTS_CA_BUNDLE: world.path(name) })),
			).toMatchObject({
				code: "LLORCH_CA_UNREADABLE",
				message: expect.stringContaining("REQUESTS_CA_BUNDLE"),
			});
	});
});

describe("a proxy", () => {
	test("is used for http, with its login, and not for what NO_PROXY names", async () => {
		await using server = await startHub({ repos });
		await using proxy = await startProxy({ credentials: "me:secret" });
		const network = { httpProxy: proxy.url, offline: false };
		await using hub = connect(server.url, { network });
		await hub.resolveFile(REF, call);
		expect(proxy.requests.length).toBe(1);
		await using direct = connect(server.url, {
			network: { ...network, noProxy: "other.example, 127.0.0.1" },
		});
		await direct.resolveFile(REF, call);
		expect(proxy.requests.length).toBe(1);
	});

	test("for http alone is not used for https, nor the other way round", async () => {
		await using server = await startHub({ repos });
		await using proxy = await startProxy();
		const network = { httpsProxy: proxy.url, offline: false };
		await using hub = connect(server.url, { network });
		await hub.resolveFile(REF, call);
		expect(proxy.requests).toEqual([]);
	});

	test("that does not answer is named", async () => {
		const proxy = await startProxy();
		await proxy.close();
		const network = { httpProxy: proxy.url, offline: false };
		await using hub = connect("http://hub.example", { network });
		expect(await failure(hub.resolveFile(REF, call))).toMatchObject({
			code: "LLORCH_PROXY_FAILED",
			message: expect.stringContaining(new URL(proxy.url).host),
		});
	});

	realTest(
		["openssl"],
		"tunnels https, with its login; without it says what is missing",
		async () => {
			await using world = await makeWorld();
			const authority = await makeCertificateAuthority(world.root);
			await using server = await startHub({
				repos,
				tls: await authority.issue("hub.example"),
			});
			await using proxy = await startProxy({
				credentials: "me:secret",
				hosts: { "hub.example": new URL(server.url).host },
			});
			const read = { SSL_CERT_FILE: authority.file, HTTPS_PROXY: proxy.url };
			const network = await readNetwork(read);
			await using hub = connect("https://hub.example", { network });
			expect(await hub.resolveFile(REF, call)).toMatchObject({ size: 2 });
			expect(proxy.requests).toMatchObject([
				{ method: "CONNECT", target: "hub.example:443", status: 200 },
			]);
			await using stranger = connect("https://hub.example", {
				network: {
					...network,
					httpsProxy: proxy.url.replace("me:secret@", ""),
				},
			});
			expect(await failure(stranger.resolveFile(REF, call))).toMatchObject({
				code: "LLORCH_PROXY_FAILED",
				message: expect.stringContaining("(status 407)"),
				hint: expect.stringContaining("user:password@"),
			});
		},
	);
});

realTest(
	["openssl"],
	"a certificate authority of the user's own is trusted, and none but that",
	async () => {
		await using world = await makeWorld();
		const authority = await makeCertificateAuthority(world.root);
		await using server = await startHub({
			repos,
			tls: await authority.issue(),
		});
		await using stranger = connect(server.url);
		expect(await failure(stranger.resolveFile(REF, call))).toMatchObject({
			code: "LLORCH_HUB_TLS",
			hint: expect.stringContaining("SSL_CERT_FILE"),
		});
		const network = await readNetwork({ NODE_EXTRA_CA_CERTS: authority.file });
		await using hub = connect(server.url, { network });
		const file = await hub.resolveFile({ ...REF, path: "a.gguf" }, call);
		const body = await hub.openBody(file, call);
		const chunks: Uint8Array[] = [];
		for await (const chunk of body.bytes) chunks.push(chunk);
		expect(Buffer.concat(chunks).toString()).toBe("a");
		// The name in the certificate must fit, too.
		await using other = await startHub({
			repos,
			tls: await authority.issue("other.example"),
		});
		await using misled = connect(other.url, { network });
		expect(await failure(misled.resolveFile(REF, call))).toMatchObject({
			code: "LLORCH_HUB_TLS",
		});
	},
);
