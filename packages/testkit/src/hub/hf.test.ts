import { describe, expect } from "vitest";
import { makeCertificateAuthority } from "../certificates.ts";
import { tinyModel, tinyModelRepos } from "../model.ts";
import { realTest } from "../needs.ts";
import { realPart } from "../parts.ts";
import { programSession } from "../session/index.ts";
import { makeWorld, type World } from "../world.ts";
import { makeContent, readAll } from "./content.ts";
import { startHub } from "./hub.ts";

// Proves the hub faithful: what the real hf does with it, and the cache that it makes.

const COMMIT = "c".repeat(40);
const CONFIG = '{"a": 1}\n';
const BIG = { size: 3_000_000, seed: "big" };
const TOKEN = `hf_${"t".repeat(34)}`;
const config = await makeContent(CONFIG).digests();
const big = await makeContent(BIG).digests();
const repos = {
	"org/model": {
		revisions: [
			{
				sha: COMMIT,
				files: { "config.json": CONFIG, "sub/big.gguf": BIG },
			},
		],
	},
	"org/gated": { gated: true, files: { "a.gguf": "secret" } },
	"org/refused": { gated: "refused", files: { "a.gguf": "secret" } },
} as const;

function hfSession(world: World, endpoint: string) {
	Object.assign(world.env, { HF_ENDPOINT: endpoint, NO_COLOR: "1" });
	return programSession(world, { file: realPart("hf"), args: [] });
}

const CACHE = "~/.cache/huggingface/hub";

describe("the real hf", () => {
	realTest(["hf"], "downloads one file", async () => {
		await using hub = await startHub({ repos });
		await using world = await makeWorld();
		const hf = hfSession(world, hub.url);
		const run = await hf("download org/model sub/big.gguf");
		expect(run).toMatchObject({ code: 0 });
		expect(await world.tree(CACHE)).toEqual([
			`.locks/models--org--model/${big.sha256}.lock`,
			"CACHEDIR.TAG",
			`models--org--model/blobs/${big.sha256}`,
			"models--org--model/refs/main",
			`models--org--model/snapshots/${COMMIT}/sub/big.gguf -> ../../../blobs/${big.sha256}`,
		]);
		expect(await world.read(`${CACHE}/models--org--model/refs/main`)).toBe(
			COMMIT,
		);
		const { sha256 } = await makeContent({
			path: world.path(`${CACHE}/models--org--model/blobs/${big.sha256}`),
		}).digests();
		expect(sha256).toBe(big.sha256);
		expect(
			hub.requests.map(
				({ server, method, status }) => `${server} ${method} ${status}`,
			),
		).toEqual(["hub GET 404", "hub HEAD 302", "cdn GET 200"]);
	});

	realTest(["hf"], "downloads a whole repository", async () => {
		await using hub = await startHub({ repos, treePageSize: 1 });
		await using world = await makeWorld();
		const hf = hfSession(world, hub.url);
		expect(await hf("download org/model")).toMatchObject({ code: 0 });
		const model = `${CACHE}/models--org--model`;
		expect(await world.tree(model)).toEqual([
			`blobs/${big.sha256}`,
			`blobs/${config.gitBlob}`,
			"refs/main",
			`snapshots/${COMMIT}/config.json -> ../../blobs/${config.gitBlob}`,
			`snapshots/${COMMIT}/sub/big.gguf -> ../../../blobs/${big.sha256}`,
			`trees/${COMMIT}.json`,
		]);
		expect(await world.read(`${model}/snapshots/${COMMIT}/config.json`)).toBe(
			CONFIG,
		);
		const got = makeContent({
			path: world.path(`${model}/blobs/${big.sha256}`),
		});
		expect((await readAll(got)).equals(await readAll(makeContent(BIG)))).toBe(
			true,
		);
		expect(
			hub
				.bodies()
				.map(({ file }) => file)
				.sort(),
		).toEqual(["config.json", "sub/big.gguf"]);
	});

	realTest(
		["hf"],
		"downloads a small file that comes through a redirect of the same origin",
		async () => {
			await using hub = await startHub({ repos, redirectSmallFiles: true });
			await using world = await makeWorld();
			const hf = hfSession(world, hub.url);
			const run = await hf("download org/model config.json --local-dir here");
			expect(run).toMatchObject({ code: 0 });
			expect(await world.read("here/config.json")).toBe(CONFIG);
		},
	);

	realTest(
		["hf"],
		"gets nothing gated without a token, and lets no token through to the CDN",
		async () => {
			await using hub = await startHub({ repos, token: TOKEN });
			await using world = await makeWorld();
			const hf = hfSession(world, hub.url);
			const refused = await hf("download org/gated a.gguf");
			expect(refused).toMatchObject({ code: 1, stdout: "" });
			expect(refused.stderr).toContain(
				"Access denied. Model 'org/gated' requires approval.",
			);

			const allowed = await hf("download org/gated a.gguf", {
				env: { HF_TOKEN: TOKEN },
			});
			expect(allowed).toMatchObject({ code: 0 });
			expect(hub.bodies("a.gguf").length).toBe(1);
			expect(hub.leaks()).toEqual([]);

			const other = await hf("download org/refused a.gguf", {
				env: { HF_TOKEN: TOKEN },
			});
			expect(other).toMatchObject({ code: 1 });
			expect(other.stderr).toContain(
				"Access denied. Model 'org/refused' requires approval.",
			);
		},
	);

	realTest(
		["hf"],
		"says that a file does not exist, and remembers it",
		async () => {
			await using hub = await startHub({ repos });
			await using world = await makeWorld();
			const hf = hfSession(world, hub.url);
			const run = await hf("download org/model none.gguf");
			expect(run).toMatchObject({ code: 1 });
			expect(run.stderr).toContain("File not found in model 'org/model'.");
			expect(await world.tree(`${CACHE}/models--org--model`)).toEqual([
				`.no_exist/${COMMIT}/none.gguf`,
				"refs/main",
			]);
		},
	);

	realTest(
		["hf"],
		"takes a body whose size differs from X-Linked-Size for broken",
		async () => {
			await using hub = await startHub({
				repos,
				faults: [{ linkedSize: 5_000_000 }],
			});
			await using world = await makeWorld();
			const hf = hfSession(world, hub.url);
			const run = await hf("download org/model sub/big.gguf");
			expect(run).toMatchObject({ code: 1 });
			expect(run.stderr).toContain(
				"file should be of size 5000000 but has size 3000000",
			);
		},
	);

	realTest(
		["hf"],
		"asks for the rest with Range when a body is cut",
		async () => {
			const size = 25_000_000;
			await using hub = await startHub({
				repos: { "org/model": { files: { "a.gguf": { size } } } },
				faults: [{ cutAfter: 22_000_000, nth: 1 }],
			});
			await using world = await makeWorld();
			const hf = hfSession(world, hub.url);
			expect(await hf("download org/model a.gguf")).toMatchObject({ code: 0 });
			expect(hub.bodies().map(({ status, range }) => [status, range])).toEqual([
				[200, undefined],
				[206, `bytes=${20 * 1024 * 1024}-`],
			]);
		},
	);

	realTest(
		["hf", "openssl"],
		"knows an unknown repository over HTTPS",
		async () => {
			await using world = await makeWorld();
			const authority = await makeCertificateAuthority(world.root);
			await using hub = await startHub({
				repos: tinyModelRepos(),
				tls: await authority.issue(),
			});
			const hf = hfSession(world, hub.url);
			const env = { SSL_CERT_FILE: authority.file };
			const unknown = await hf("download org/none a.gguf", { env });
			expect(unknown).toMatchObject({ code: 1 });
			expect(unknown.stderr).toContain("not found");
			const got = await hf(["download", tinyModel.repo, tinyModel.path], {
				env,
			});
			expect(got).toMatchObject({ code: 0 });
		},
	);
});
