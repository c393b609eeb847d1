import { createHash } from "node:crypto";
import {
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Hub, startHub } from "@llorch/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { llorch, type SessionOptions, temporaryHome } from "./session.ts";

const sha256 = (text: string) =>
	createHash("sha256").update(text).digest("hex");

const TINY = "the tiny model's bytes";
const Q4 = "quantized to four bits";
const F16 = "sixteen bits for every weight";

let home: string;
let hub: Hub;
beforeEach(async () => {
	home = temporaryHome();
	mkdirSync(join(home, ".git"));
	hub = await startHub({
		repos: {
			"org/tiny": { files: { "tiny.gguf": TINY } },
			"org/two": {
				files: { "q4.gguf": Q4, "f16.gguf": F16, "q2.gguf": "two bits" },
			},
			"org/parts": {
				files: { "model.safetensors": "weights", "tokenizer.json": "{}" },
			},
			"org/own": { files: { "own.gguf": "own terms" } },
			"org/free": { files: { "sub/free.gguf": "not in the catalog" } },
		},
	});
	writeFileSync(join(home, "catalog.toml"), catalog());
});
afterEach(async () => {
	await hub.close();
	rmSync(home, { recursive: true, force: true });
});

function entry(
	id: string,
	repo: string,
	files: Record<string, string>,
	facts = "",
): string {
	const cited = ["revision", "license", "parameters", "context"]
		.map((fact) => `sources.${fact} = ["a/b:c"]`)
		.join("\n");
	return `
[[model]]
id = "${id}"
repo = "${repo}"
revision = "${hub.commit(repo)}"
license = "MIT"
parameters = "1M"
context = 128
${cited}
${facts}
${Object.entries(files)
	.map(
		([path, text]) => `[[model.files]]
path = "${path}"
size = ${text.length}
sha256 = "${sha256(text)}"
sources = { size = ["a/b:c"], sha256 = ["a/b:c"] }
`,
	)
	.join("")}`;
}

function catalog(): string {
	return [
		"version = 1",
		entry("tiny", "org/tiny", { "tiny.gguf": TINY }),
		entry("two", "org/two", { "q4.gguf": Q4 }, 'dir = "two"'),
		entry("two-f16", "org/two", { "f16.gguf": F16 }, 'dir = "two"'),
		entry(
			"parts",
			"org/parts",
			{ "model.safetensors": "weights", "tokenizer.json": "{}" },
			'converts = "a GGUF"',
		),
		'[[model]]\nid = "own"\nrepo = "org/own"\nlicense = "own"\nterms = "Own Terms"\nchanged = "It was free."\n[[model.files]]\npath = "own.gguf"',
	].join("\n");
}

const run = (line: string, options: SessionOptions = {}) =>
	llorch(line, {
		home,
		...options,
		env: {
			HF_ENDPOINT: hub.url,
			LLORCH_MODEL_CATALOG: "catalog.toml",
			...options.env,
		},
	});

const at = (path: string) => join(home, ".test-models", path);

/** The only blob of a repository in the cache. */
const blobOf = (repo: string, text: string) =>
	join(
		home,
		".cache/huggingface/hub",
		`models--${repo.replace("/", "--")}`,
		"blobs",
		sha256(text),
	);

test("models download fetches, verifies and links; the second time it fetches nothing", async () => {
	expect(await run("models download tiny")).toEqual({
		stdout: `tiny\tdownloaded\t22 B\t${at("tiny/tiny.gguf")}\n`,
		stderr: `tiny: licence MIT (${hub.url}/org/tiny)\ntiny  22 B of 22 B  100 %\n`,
		code: 0,
	});
	expect(readFileSync(at("tiny/tiny.gguf"), "utf8")).toBe(TINY);
	expect(lstatSync(at("tiny/tiny.gguf")).isSymbolicLink()).toBe(true);
	hub.forget();
	expect(await run("models download tiny")).toEqual({
		stdout: `tiny\tpresent\t22 B\t${at("tiny/tiny.gguf")}\n`,
		stderr: "",
		code: 0,
	});
	expect(hub.requests).toEqual([]);
});

test("models download as JSON tells of every file", async () => {
	const { stdout } = await run("models download tiny --json");
	expect(JSON.parse(stdout)).toEqual({
		ok: true,
		exit: 0,
		result: {
			downloaded: 1,
			present: 0,
			failed: 0,
			fetchedBytes: 22,
			models: [
				{
					name: "tiny",
					status: "downloaded",
					bytes: 22,
					path: at("tiny/tiny.gguf"),
					files: [
						{
							repo: "org/tiny",
							commit: hub.commit("org/tiny"),
							path: "tiny.gguf",
							size: 22,
							sha256: sha256(TINY),
							blob: blobOf("org/tiny", TINY),
							snapshot: expect.stringContaining(
								`/snapshots/${hub.commit("org/tiny")}/tiny.gguf`,
							),
							links: [at("tiny/tiny.gguf")],
							how: "downloaded",
							fetchedBytes: 22,
							resumedBytes: 0,
							digestFrom: "catalog",
						},
					],
				},
			],
		},
	});
});

test("models download says whose terms a model is under, that it is unverified, and what changed", async () => {
	const { stderr, code } = await run("models download own");
	expect(code).toBe(0);
	expect(stderr.split("\n").slice(0, 3)).toEqual([
		`warning: own is under the Own Terms, which is not a free licence: by using it you accept it (${hub.url}/org/own)`,
		"warning: own is unverified: nothing citable states its revision, license, parameters, context, size, sha256",
		"own: It was free.",
	]);
});

test("what the hub had at the first download of an unverified model is pinned", async () => {
	await run("models download own");
	hub.setRepo("org/own", { files: { "own.gguf": "something else" } });
	expect(await run("models download own")).toMatchObject({
		stdout: expect.stringMatching(/^own\tpresent/),
		code: 0,
	});
	rmSync(blobOf("org/own", "own terms"));
	const again = await run("models download own");
	expect(again.stderr).toContain("LLORCH_UPSTREAM_CHANGED");
	expect(again.code).toBe(4);
});

test("models download of several files; conversion is said to be missing", async () => {
	const first = await run("models download parts");
	expect(first).toMatchObject({
		stdout: `parts\tdownloaded\t9 B\t${at("parts")}\n`,
		stderr: expect.stringContaining(
			"warning: llama.cpp cannot load parts as it is: it must be converted to a GGUF, which llorch does not do yet\n",
		),
		code: 0,
	});
	expect((await run("models path parts")).stdout).toBe(`${at("parts")}\n`);
	expect(readFileSync(at("parts/tokenizer.json"), "utf8")).toBe("{}");
});

test("models download of any file on the hub, verified against the hub's own hash", async () => {
	const name = "hf:org/free/sub/free.gguf@main";
	const first = await run(`models download ${name} --json`);
	const [model] = JSON.parse(first.stdout).result.models;
	expect(model).toMatchObject({ name, status: "downloaded" });
	expect(model.files[0]).toMatchObject({
		sha256: sha256("not in the catalog"),
		digestFrom: "hub",
		links: [],
	});
	expect((await run(`models path ${name}`)).stdout).toBe(`${model.path}\n`);
	expect(await run("models list free")).toMatchObject({
		stdout: expect.stringMatching(
			/^hf:org\/free\/sub\/free\.gguf@main\tready\t18 B\t.*free\.gguf\n$/,
		),
		code: 0,
	});
});

test("outside of any repository the model lives in the cache, without a link", async () => {
	rmSync(join(home, ".git"), { recursive: true });
	const { stdout, code } = await run("models download tiny");
	expect(code).toBe(0);
	expect(stdout).toContain("/.cache/huggingface/hub/models--org--tiny/");
	expect(existsSync(at(""))).toBe(false);
	const path = (await run("models path tiny")).stdout.trim();
	expect(readFileSync(path, "utf8")).toBe(TINY);
});

test("a file that is at its old place is adopted, not fetched", async () => {
	mkdirSync(at("tiny"), { recursive: true });
	writeFileSync(at("tiny/tiny.gguf"), TINY);
	expect((await run("models path tiny")).stderr).toContain(
		"the files of tiny are on this machine, but nobody has checked them yet",
	);
	expect((await run("models list")).stdout).toBe(
		`tiny\tfound\t22 B\t${at("tiny/tiny.gguf")}\n`,
	);
	const adopted = await run("models download tiny");
	expect(adopted.stdout).toMatch(/^tiny\tpresent/);
	expect(adopted.code).toBe(0);
	expect(hub.bodies()).toEqual([]);
	expect(lstatSync(at("tiny/tiny.gguf")).isSymbolicLink()).toBe(true);
});

test("one of several that fails hides nobody, and the exit code is 6; all failed is 1", async () => {
	hub.fault({ repo: "org/two", on: "resolve", status: 403 });
	const some = await run("models download two tiny");
	expect(some.stdout.split("\n").map((line) => line.split("\t")[1])).toEqual([
		"failed",
		"downloaded",
		undefined,
	]);
	expect(some.stderr).toContain(
		"1 downloaded, 1 failed, 22 B fetched\nerror: 1 of 2 models failed: two (LLORCH_SOME_FAILED)",
	);
	expect(some.code).toBe(6);
	const all = await run("models download two two-f16");
	expect(all.stderr).toContain("LLORCH_ALL_FAILED");
	expect(all.code).toBe(1);
});

test("the failure of the only model is the command's own", async () => {
	hub.fault({ repo: "org/tiny", wrongByteAt: 3 });
	const broken = await run("models download tiny");
	expect(broken.stderr).toContain("LLORCH_DIGEST_MISMATCH");
	expect(broken.code).toBe(4);
	expect(existsSync(at("tiny/tiny.gguf"))).toBe(false);
	expect(existsSync(blobOf("org/tiny", TINY))).toBe(false);
});

test("wrong bytes beside another failure: a download ends as any other that failed; with nothing but them exit code 4", async () => {
	hub.fault({ repo: "org/tiny", wrongByteAt: 3 });
	const damaged = await run("models download tiny parts");
	expect(damaged.stderr).toContain(
		"1 of 2 models failed: tiny (LLORCH_DIGEST_MISMATCH)",
	);
	expect(damaged.code).toBe(4);
	hub.fault({ repo: "org/two", on: "resolve", status: 403 });
	expect((await run("models download two tiny")).code).toBe(1);
	expect((await run("models download two tiny parts")).code).toBe(6);
});

test.runIf(process.platform === "linux")(
	"a cache where nothing can be made is no bug",
	async () => {
		expect(
			await run("models download hf:org/free/sub/free.gguf", {
				env: { HF_HOME: "/proc/nope" },
			}),
		).toMatchObject({
			stderr: expect.stringContaining(
				"/proc/nope/hub cannot be used (ENOENT) (LLORCH_CACHE_UNUSABLE)",
			),
			code: 1,
		});
		expect(hub.bodies()).toEqual([]);
	},
);

test("several that do not fit on the disk together are refused before the first byte", async () => {
	const text = readFileSync(join(home, "catalog.toml"), "utf8");
	writeFileSync(
		join(home, "catalog.toml"),
		text.replace("size = 22", "size = 9_000_000_000_000_000"),
	);
	const { stderr, code } = await run("models download tiny two");
	expect(stderr).toContain("these models need 9.00 PB more, and ");
	expect(stderr).toContain("LLORCH_DISK_FULL");
	expect(code).toBe(1);
	expect(hub.requests).toEqual([]);
});

test("an unknown model stops the command before anything is fetched", async () => {
	expect(await run("models download tiny tini")).toEqual({
		stdout: "",
		stderr:
			'error: there is no model "tini" (did you mean "tiny"?) (LLORCH_UNKNOWN_MODEL)\n  next: llorch models catalog\n',
		code: 2,
	});
	expect(hub.requests).toEqual([]);
});

test("models or --all, not both and not neither", async () => {
	expect(await run("models download")).toEqual({
		stdout: "",
		stderr:
			"error: name a model, or say --all\n  next: llorch models download --help\n",
		code: 2,
	});
	expect((await run("models verify tiny --all")).stderr).toContain(
		"--all stands for every model: leave the names out",
	);
});

test("models download --all fetches the catalog", async () => {
	const { stdout, stderr, code } = await run("models download --all");
	expect(stdout.split("\n")).toHaveLength(6);
	expect(stderr).toContain("5 downloaded, ");
	expect(code).toBe(0);
});

test("models catalog tells what is here, and warns of what is unverified", async () => {
	await run("models download tiny");
	const { stdout, stderr, code } = await run("models catalog");
	expect(stdout.split("\n")[0]).toBe(
		"tiny\t22 B\t1M\t128\tMIT\tready\tverified",
	);
	expect(stdout.split("\n")[4]).toBe(
		"own\t?\t?\t?\town (own terms)\tabsent\tunverified",
	);
	expect(stderr).toMatch(
		/^warning: catalog\.toml:\d+: own is unverified: .*\n5 models, 4 verified, 1 on this disk; /,
	);
	expect(code).toBe(0);
});

test("a catalog with mistakes is refused with file and line", async () => {
	writeFileSync(join(home, "catalog.toml"), "version = 1\n[[models]]\n");
	const { stderr, code } = await run("models catalog");
	expect(stderr).toContain(
		'catalog.toml:2: unknown key "models" (did you mean "model"?)',
	);
	expect(code).toBe(3);
	rmSync(join(home, "catalog.toml"));
	expect((await run("models catalog")).stderr).toContain(
		"LLORCH_CATALOG_MISSING",
	);
});

test("models list shows the catalog's models, other repositories, and files that no entry knows", async () => {
	await run("models download tiny hf:org/free/sub/free.gguf");
	// Another tool's download: one that llorch has no note of.
	rmSync(join(home, ".local/state/llorch/models/placed.json"));
	mkdirSync(at("mine"), { recursive: true });
	writeFileSync(at("mine/my own.gguf"), "mine");
	expect((await run("models list")).stdout).toBe(
		[
			`tiny\tready\t22 B\t${at("tiny/tiny.gguf")}`,
			`org/free\tnot in the catalog\t18 B\t1 file in ${home}/.cache/huggingface/hub`,
			`my own.gguf\tnot in the catalog\t4 B\t${at("mine/my own.gguf")}`,
			"",
		].join("\n"),
	);
	expect(await run("models list tini")).toEqual({
		stdout: "",
		stderr: 'nothing here has tini in its name (did you mean "tiny"?)\n',
		code: 0,
	});
	expect((await run("models list OWN")).stdout).toBe(
		`my own.gguf\tnot in the catalog\t4 B\t${at("mine/my own.gguf")}\n`,
	);
});

test("models verify hashes again, compares, and deletes nothing", async () => {
	await run("models download tiny two");
	const good = await run("models verify --all");
	expect(good.stdout).toBe(
		`tiny\tok\t22 B\t${sha256(TINY)}\ntwo\tok\t22 B\t${sha256(Q4)}\n`,
	);
	expect(good.code).toBe(0);

	const blob = blobOf("org/tiny", TINY);
	writeFileSync(blob, TINY.replace("tiny", "tins"));
	const bad = await run("models verify tiny");
	expect(bad.stdout).toContain("tiny\tmismatch\t22 B\t");
	expect(bad.stderr).toContain("LLORCH_DIGEST_MISMATCH");
	expect(bad.code).toBe(4);
	expect(statSync(blob).size).toBe(22);
	expect((await run("models verify --all")).code).toBe(4);
	const both = await run("models verify parts tiny");
	expect(both.stderr).toContain(
		"2 of 2 models failed: parts, tiny; with wrong bytes: tiny (LLORCH_DIGEST_MISMATCH)\n  next: llorch models delete tiny\n",
	);
	expect(both.code).toBe(4);
	expect((await run("models path tiny")).code).toBe(4);
	expect((await run("models catalog")).stdout).toMatch(/^tiny\t.*\tdamaged\t/);

	await run("models delete tiny --force");
	expect((await run("models download tiny")).code).toBe(0);
	expect((await run("models verify --all")).code).toBe(0);
});

test("a file of the hub is listed, verified and described by the name it was asked for", async () => {
	const name = "hf:org/free/sub/free.gguf";
	await run(`models download ${name}`);
	const digest = sha256("not in the catalog");
	expect((await run("models list")).stdout).toMatch(
		/^hf:org\/free\/sub\/free\.gguf\tready\t18 B\t.*free\.gguf\n$/,
	);
	expect((await run("models verify --all")).stdout).toBe(
		`${name}\tok\t18 B\t${digest}\n`,
	);
	const good = await run(`models info ${name}`);
	expect(good.stdout).toContain("sub/free.gguf, 18 B (18 bytes)\n");
	expect(good.stdout).toContain(`sha256\t${digest}\n`);

	const wrong = "not in the Catalog";
	writeFileSync(blobOf("org/free", "not in the catalog"), wrong);
	expect(await run("models verify --all")).toMatchObject({ code: 4 });
	const bad = (await run(`models info ${name}`)).stdout;
	expect(bad).not.toContain(`sha256\t${sha256(wrong)}`);
	expect(bad).toContain(`sha256 here\t${sha256(wrong)}`);
});

test("models verify of what is not here says how to get it", async () => {
	expect(await run("models verify tiny")).toEqual({
		stdout: "tiny\tabsent\t0 B\ttiny: tiny.gguf is not on this machine\n",
		stderr:
			"error: tiny: tiny.gguf is not on this machine (LLORCH_MODEL_ABSENT)\n  next: llorch models download tiny\n",
		code: 1,
	});
	expect(await run("models verify --all")).toEqual({
		stdout: "",
		stderr: "no model is on this disk\n",
		code: 0,
	});
	await run("models download tiny");
	expect((await run("models verify tiny two")).code).toBe(6);
});

test("models verify of what nobody ever said the hash of says how to learn it", async () => {
	mkdirSync(at("own"), { recursive: true });
	writeFileSync(at("own/own.gguf"), "own terms");
	const { stderr, code } = await run("models verify own");
	expect(stderr).toContain("LLORCH_MODEL_UNCHECKED");
	expect(stderr).toContain("next: llorch models download own");
	expect(code).toBe(1);
	await run("models download own");
	expect((await run("models verify own")).code).toBe(0);
	expect(hub.bodies()).toEqual([]);
});

test("models delete asks, keeps what another id uses, and takes the empty folder along", async () => {
	await run("models download two two-f16");
	const declined = await run("models delete two", {
		tty: { columns: 200 },
		answers: ["n"],
	});
	expect(declined.stderr).toContain("This goes:");
	expect(declined.stderr).toContain(at("two/q4.gguf"));
	expect(declined.stderr).toContain("nothing was changed");
	expect(declined.code).toBe(1);
	expect(readFileSync(at("two/q4.gguf"), "utf8")).toBe(Q4);

	const deleted = await run("models delete two", {
		tty: { columns: 200 },
		answers: ["y"],
	});
	expect(deleted.stdout).toBe("deleted two: 22 B freed\n");
	expect(deleted.code).toBe(0);
	expect(existsSync(at("two/q4.gguf"))).toBe(false);
	expect(existsSync(blobOf("org/two", Q4))).toBe(false);
	expect(readFileSync(at("two/f16.gguf"), "utf8")).toBe(F16);

	expect((await run("models delete two-f16 --force")).stdout).toBe(
		"deleted two-f16: 29 B freed\n",
	);
	expect(existsSync(dirname(at("two/f16.gguf")))).toBe(false);
});

test("models delete without a terminal refuses, and of nothing does nothing", async () => {
	await run("models download tiny");
	const refused = await run("models delete tiny");
	expect(refused.stderr).toContain("--force answers it beforehand");
	expect(refused.code).toBe(2);
	expect(await run("models delete two")).toEqual({
		stdout: "",
		stderr: "two: nothing of it is on this machine\n",
		code: 0,
	});
});

test("models delete leaves the user's own file at the old place alone", async () => {
	mkdirSync(at("tiny"), { recursive: true });
	writeFileSync(at("tiny/tiny.gguf"), "a fine-tune of my own");
	const { stdout, stderr, code } = await run("models delete tiny --force");
	expect({ stdout, code }).toEqual({ stdout: "", code: 0 });
	expect(stderr).toContain(`kept ${at("tiny/tiny.gguf")}`);
	expect(readFileSync(at("tiny/tiny.gguf"), "utf8")).toBe(
		"a fine-tune of my own",
	);
});

test("models disk-usage counts every file once", async () => {
	await run(
		"models download tiny two hf:org/two/q2.gguf hf:org/free/sub/free.gguf",
	);
	writeFileSync(at("tiny/own.bin"), "12345");
	mkdirSync(at("own"), { recursive: true });
	writeFileSync(at("own/own.gguf"), "own terms");
	const { stdout, stderr, code } = await run("models disk-usage");
	expect(stdout).toBe(
		[
			"tiny\t22 B",
			"two\t22 B",
			"own\t9 B",
			"org/free\t18 B",
			"org/two\t8 B",
			`files in ${join(home, ".test-models")}\t5 B`,
			"total\t84 B",
			"",
		].join("\n"),
	);
	expect(stderr).toMatch(/ are free where .*\/huggingface\/hub is\n$/);
	expect(code).toBe(0);
});

test("models path fails with the way to get the model", async () => {
	expect(await run("models path tiny")).toEqual({
		stdout: "",
		stderr:
			"error: tiny is not on this machine (LLORCH_MODEL_ABSENT)\n  next: llorch models download tiny\n",
		code: 1,
	});
	await run("models download tiny");
	expect(await run("models path tiny")).toEqual({
		stdout: `${at("tiny/tiny.gguf")}\n`,
		stderr: "",
		code: 0,
	});
});

test("models info tells what the catalog and the disk know", async () => {
	await run("models download tiny");
	const { stdout, code } = await run("models info tiny --sources");
	expect(code).toBe(0);
	const lines = stdout.split("\n");
	expect(lines).toContain("verified\tyes");
	expect(lines).toContain("on disk\tready, 22 B");
	expect(lines).toContain(`path\t${at("tiny/tiny.gguf")}`);
	expect(lines).toContain("license from\ta/b:c");
	const free = await run("models info hf:org/free/sub/free.gguf --json");
	expect(JSON.parse(free.stdout).result).toEqual({
		id: "hf:org/free/sub/free.gguf",
		repo: "org/free",
		revision: "main",
		page: `${hub.url}/org/free`,
		state: "absent",
		bytes: 0,
		files: [
			{
				path: "sub/free.gguf",
				disk: { state: "absent", bytes: 0, links: [] },
			},
		],
	});
});

test("an interrupted download says what it keeps, and the same command goes on", async () => {
	const big = { size: 3_000_000, seed: 1 };
	hub.setRepo("org/big", { files: { "big.gguf": big } });
	const unstall = hub.fault({ repo: "org/big", stallAfter: 2_000_000 });
	const name = "hf:org/big/big.gguf";
	const cache = join(home, ".cache/huggingface/hub");
	const partialSize = () =>
		readdirSync(join(cache, "models--org--big/blobs"), {
			withFileTypes: true,
		})
			.filter((file) => file.name.endsWith(".llorch-part"))
			.map((file) => statSync(join(file.parentPath, file.name)).size)[0] ?? 0;
	const stopped = await run(`models download ${name}`, {
		interrupted: async (interrupt) => {
			while (
				!existsSync(join(cache, "models--org--big/blobs")) ||
				partialSize() < 1_000_000
			)
				await new Promise(setImmediate);
			interrupt("LLORCH_INTERRUPTED");
		},
	});
	expect((await run(`models path ${name}`)).stderr).toMatch(
		/^error: only .* of hf:org\/big\/big\.gguf are on this machine/,
	);
	expect(stopped.code).toBe(130);
	expect(stopped.stderr).toMatch(
		/\nkept [12]\.\d\d MB of big\.gguf; the same command goes on from there\n.*interrupted\n$/,
	);
	unstall();
	const { stdout } = await run(`models download ${name} --json`);
	const [file] = JSON.parse(stdout).result.models[0].files;
	expect(file.resumedBytes).toBeGreaterThan(0);
	expect(file.resumedBytes + file.fetchedBytes).toBe(3_000_000);
});

test("completion offers the ids of the catalog", async () => {
	const { stdout } = await run("__complete -- models download two");
	expect(stdout.split("\n").map((line) => line.split("\t")[0])).toEqual([
		"two",
		"two-f16",
		"",
	]);
});
