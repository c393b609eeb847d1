import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	type CertificateAuthority,
	makeCertificateAuthority,
	needs,
	realTest,
	startProxy,
} from "@llorch/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import {
	expectAbsent,
	expectReady,
	type Models,
	openModels,
	tinyllama,
} from "./models.fixture.ts";

const SIZE = 200_000;
const DOWNLOAD = "models download tinyllama";
const REPO = "TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF";
const TOKEN = `hf_${"t".repeat(34)}`;

const gatedModel = (gated: boolean | "refused") => {
	const { repos, entries } = tinyllama(SIZE);
	const { files = {} } = repos[REPO] ?? {};
	return {
		repos: { [REPO]: { files, gated } },
		entries,
		hub: { token: TOKEN },
	};
};

/** A secret must not be in anything that we keep, either. */
async function expectNowhere(secret: string, { world }: Models): Promise<void> {
	const paths = (await world.tree("~")).filter(
		(path) => !/ -> |\/$/.test(path),
	);
	expect(paths.join("\n")).toContain(".local/state/llorch/log");
	for (const path of paths) {
		const text = await readFile(world.path("~", path), "latin1");
		expect([path, text.includes(secret)]).toEqual([path, false]);
	}
}

test("HF_TOKEN opens a gated repository, goes to the hub alone, and is neither printed nor kept", async () => {
	const models = await openModels(gatedModel(true));
	const { hub, llorch, file } = models;
	const run = await llorch(`${DOWNLOAD} --verbose`, {
		env: { HF_TOKEN: TOKEN },
	});
	expect(run).toMatchObject({ code: 0 });
	expect(run.stdout + run.stderr).not.toContain(TOKEN);
	await expectReady(file("tinyllama"));
	expect(hub.leaks()).toEqual([]);
	expect(
		hub.requests.map(({ server, authorization }) => [server, authorization]),
	).toEqual([
		["hub", `Bearer ${TOKEN}`],
		["cdn", undefined],
	]);
	await expectNowhere(TOKEN, models);
});

test("the token that hf auth login wrote is used too", async () => {
	const models = await openModels(gatedModel(true));
	const { hub, llorch, world, file } = models;
	await world.write({ "~/.cache/huggingface/token": `${TOKEN}\n` });
	expect(await llorch(DOWNLOAD)).toMatchObject({ code: 0 });
	await expectReady(file("tinyllama"));
	expect(hub.leaks()).toEqual([]);
});

test.each([
	["without a token", true, undefined],
	["with the token of somebody who has no access", "refused", TOKEN],
] as const)(
	"a gated repository %s: the page to visit is named",
	async (_title, gated, token) => {
		const { hub, llorch, file } = await openModels(gatedModel(gated));
		const run = await llorch(DOWNLOAD, { env: { HF_TOKEN: token } });
		expect(run).toMatchObject({
			stderr: expect.stringContaining("(LLORCH_GATED)"),
			code: 1,
		});
		expect(run.stderr).toContain(`Ask for access at ${hub.url}/${REPO}`);
		await expectAbsent(file("tinyllama"));
	},
);

test("a token that the hub does not know is said to be the fault", async () => {
	const { llorch } = await openModels(gatedModel(true));
	const run = await llorch(DOWNLOAD, { env: { HF_TOKEN: "hf_expired" } });
	expect(run).toMatchObject({
		stderr: expect.stringContaining(
			"the hub does not accept the token from HF_TOKEN (LLORCH_HUB_TOKEN_REFUSED)",
		),
		code: 1,
	});
	expect(run.stderr).not.toContain("hf_expired");
});

test("HF_HUB_OFFLINE asks nobody: what is here is used, what is not is refused", async () => {
	const { hub, llorch, file } = await openModels(tinyllama(SIZE));
	const env = { HF_HUB_OFFLINE: "1" };
	expect(await llorch(DOWNLOAD, { env })).toMatchObject({
		stderr: expect.stringContaining("(LLORCH_HUB_OFFLINE)"),
		code: 1,
	});
	await expectAbsent(file("tinyllama"));
	expect(hub.requests).toEqual([]);
	expect(await llorch(DOWNLOAD)).toMatchObject({ code: 0 });
	hub.forget();
	expect(await llorch(DOWNLOAD, { env })).toMatchObject({ code: 0 });
	expect(hub.requests).toEqual([]);
});

test("a login in HF_ENDPOINT goes to the hub alone, and is neither printed nor kept", async () => {
	const models = await openModels(tinyllama(SIZE));
	const { hub, llorch, file } = models;
	const env = { HF_ENDPOINT: hub.url.replace("//", "//me:geheim@") };
	const runs = [
		await llorch(`${DOWNLOAD} hf:org/none/x.gguf --verbose`, { env }),
		await llorch(`${DOWNLOAD} hf:org/none/x.gguf --json`, { env }),
		await llorch("models info tinyllama --json", { env }),
	];
	expect(runs.map(({ code }) => code)).toEqual([6, 6, 0]);
	for (const { stdout, stderr } of runs)
		expect(stdout + stderr).not.toContain("geheim");
	await expectReady(file("tinyllama"));
	expect(
		new Set(
			hub.requests.map((each) => [each.server, each.authorization].join()),
		),
	).toEqual(new Set([`hub,Basic ${btoa("me:geheim")}`, "cdn,"]));
	await expectNowhere("geheim", models);
});

test("HF_ENDPOINT goes before models.endpoint, and a hub that is away is named", async () => {
	const { llorch, world } = await openModels(tinyllama(SIZE));
	await world.write({
		".llorch.toml": '[models]\nendpoint = "http://127.0.0.1:9"\n',
	});
	expect(await llorch(DOWNLOAD)).toMatchObject({ code: 0 });
	await llorch("models delete tinyllama --force");
	expect(
		await llorch(DOWNLOAD, { env: { HF_ENDPOINT: undefined } }),
	).toMatchObject({
		stderr: expect.stringMatching(
			/127\.0\.0\.1:9 .*\(LLORCH_HUB_UNREACHABLE\)/,
		),
		code: 1,
	});
});

// An own certificate authority and proxies, for https only in the real world.

let folder: string;
let authority: CertificateAuthority;
beforeAll(async () => {
	if (!needs("openssl").available) return;
	folder = await mkdtemp(join(tmpdir(), "authority "));
	authority = await makeCertificateAuthority(folder);
});
afterAll(async () => {
	if (folder !== undefined) await rm(folder, { recursive: true });
});

const openSecure = async () =>
	openModels({
		...tinyllama(SIZE),
		hub: { tls: await authority.issue("127.0.0.1", "hub.example") },
	});

realTest(
	["openssl"],
	"a hub with a certificate of an authority of one's own: refused, and trusted once that is named",
	async () => {
		const { llorch, file, world } = await openSecure();
		expect(await llorch(DOWNLOAD)).toMatchObject({
			stderr: expect.stringMatching(
				/no safe connection to 127\.0\.0\.1:\d+: .*\(LLORCH_HUB_TLS\)\n.*SSL_CERT_FILE/,
			),
			code: 1,
		});
		await expectAbsent(file("tinyllama"));
		for (const name of ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"]) {
			const run = await llorch(DOWNLOAD, { env: { [name]: authority.file } });
			expect(run, name).toMatchObject({ code: 0 });
			await expectReady(file("tinyllama"));
			await llorch("models delete tinyllama --force");
		}
		expect(
			await llorch(DOWNLOAD, { env: { SSL_CERT_FILE: world.path("none") } }),
		).toMatchObject({
			stderr: expect.stringContaining("(LLORCH_CA_UNREADABLE)"),
			code: 3,
		});
	},
);

realTest(
	["openssl"],
	"HTTPS_PROXY leads to the hub and to the servers of its files, NO_PROXY passes it by",
	async () => {
		const models = await openSecure();
		const { hub, llorch, file } = models;
		const { port } = new URL(hub.url);
		const cdn = new URL(hub.cdnUrl).host;
		await using proxy = await startProxy({
			credentials: "me:geheim",
			hosts: { "hub.example": `127.0.0.1:${port}` },
		});
		// The name is known to the proxy alone.
		const env = {
			HF_ENDPOINT: `https://hub.example:${port}`,
			HTTPS_PROXY: proxy.url,
			SSL_CERT_FILE: authority.file,
		};
		const run = await llorch(`${DOWNLOAD} --verbose`, { env });
		expect(run).toMatchObject({ code: 0 });
		await expectReady(file("tinyllama"));
		const tunnels = () => new Set(proxy.requests.map(({ target }) => target));
		expect(tunnels()).toEqual(new Set([`hub.example:${port}`, cdn]));
		expect(run.stdout + run.stderr).not.toContain("geheim");
		await expectNowhere("geheim", models);

		await llorch("models delete tinyllama --force");
		const before = proxy.requests.length;
		expect(
			await llorch(DOWNLOAD, { env: { ...env, NO_PROXY: "127.0.0.1" } }),
		).toMatchObject({ code: 0 });
		expect(proxy.requests.slice(before).map(({ target }) => target)).toEqual([
			`hub.example:${port}`,
		]);
	},
);

realTest(
	["openssl"],
	"a proxy that wants a login, and one that is away, are said to be the fault",
	async () => {
		const { hub, llorch, file } = await openSecure();
		await using proxy = await startProxy({ credentials: "me:geheim" });
		const env = { SSL_CERT_FILE: authority.file };
		const refused = await llorch(DOWNLOAD, {
			env: { ...env, HTTPS_PROXY: proxy.url.replace("geheim", "wrong") },
		});
		expect(refused).toMatchObject({
			stderr: expect.stringMatching(/status 407.*\(LLORCH_PROXY_FAILED\)/),
			code: 1,
		});
		expect(refused.stderr).not.toContain("wrong");
		expect(
			await llorch(DOWNLOAD, {
				env: { ...env, HTTPS_PROXY: "http://127.0.0.1:9" },
			}),
		).toMatchObject({
			stderr: expect.stringMatching(
				/the proxy 127\.0\.0\.1:9 .*\(LLORCH_PROXY_FAILED\)/,
			),
			code: 1,
		});
		expect(hub.requests).toEqual([]);
		await expectAbsent(file("tinyllama"));
	},
);

test("HTTP_PROXY is for a hub without TLS, HTTPS_PROXY is not", async () => {
	const { hub, llorch, file } = await openModels(tinyllama(SIZE));
	const proxy = await startProxy();
	onTestFinished(() => proxy.close());
	expect(
		await llorch(DOWNLOAD, {
			env: { http_proxy: proxy.url, https_proxy: "http://127.0.0.1:9" },
		}),
	).toMatchObject({ code: 0 });
	await expectReady(file("tinyllama"));
	expect(proxy.requests.length).toBe(hub.requests.length);
});
