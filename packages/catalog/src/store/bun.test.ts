import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";
import {
	makeCertificateAuthority,
	makeContent,
	makeWorld,
	readAll,
	realTest,
	repositoryRoot,
	startHub,
	startProxy,
} from "@llorch/testkit";
import { expect } from "vitest";
import type { ChildTask } from "./ensure.child.ts";

// The released binary is Bun with our code in it, and Bun replaces some packages by its own: what the download needs of undici is
// tried there.

const bun = join(repositoryRoot, "node_modules", ".bin", "bun");
const BIG = { size: 40_000_000, seed: "big" };
const big = makeContent(BIG);
const { sha256 } = await big.digests();

realTest(
	[bun, "openssl"],
	"Bun goes on with a download over https, through a proxy with a login, by an authority of one's own",
	async () => {
		await using world = await makeWorld();
		const authority = await makeCertificateAuthority(world.root);
		await using server = await startHub({
			repos: { "org/model": { files: { "a.gguf": BIG } } },
			tls: await authority.issue("hub.example", "127.0.0.1"),
			faults: [{ cutAfter: 20_000_000, nth: 1 }],
		});
		await using proxy = await startProxy({
			credentials: "me:secret",
			hosts: { "hub.example": new URL(server.url).host },
		});
		const task: ChildTask = {
			endpoint: "https://hub.example",
			cache: world.path("hub"),
			stateDir: world.path("state"),
			request: { repo: "org/model", revision: "main", path: "a.gguf" },
		};
		const partial = join(
			task.cache,
			`models--org--model/blobs/${sha256}.llorch-part`,
		);
		await mkdir(dirname(partial), { recursive: true });
		await writeFile(partial, (await readAll(big)).subarray(0, 1_000_000));
		const child = spawn(
			bun,
			[join(import.meta.dirname, "ensure.child.ts"), JSON.stringify(task)],
			{
				stdio: ["ignore", "pipe", "inherit"],
				env: {
					...world.env,
					SSL_CERT_FILE: authority.file,
					HTTPS_PROXY: proxy.url,
				},
			},
		);
		expect(await json(child.stdout)).toMatchObject({
			how: "downloaded",
			sha256,
			resumedBytes: 1_000_000,
			fetchedBytes: BIG.size - 1_000_000,
		});
		const ranges = server.bodies().map(({ range }) => range);
		expect(ranges).toEqual([
			"bytes=1000000-",
			expect.stringMatching(/^bytes=\d{8}-$/),
		]);
		const targets = new Set(proxy.requests.map(({ target }) => target));
		expect([...targets]).toEqual([
			"hub.example:443",
			new URL(server.cdnUrl).host,
		]);
	},
);
