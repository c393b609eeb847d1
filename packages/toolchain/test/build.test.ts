import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { appendFile, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { LlorchError } from "@llorch/core";
import { realTest } from "@llorch/testkit";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { buildDaemon, buildWorker } from "../src/build/build.ts";
import { clean, planClean } from "../src/build/clean.ts";
import { ended, makeWorkshop, never, type Workshop } from "./workshop.ts";

let shop: Workshop;
const LIB = "bin/llorch-candled/src/lib.rs";
const flags = { debug: false, signal: never };

beforeAll(async () => {
	shop = await makeWorkshop();
});
afterAll(() => shop.world.dispose());

const worker = (more: object = {}, surroundings = shop.surroundings()) =>
	ended(buildWorker(surroundings, { ...flags, backend: "cpu", ...more }));

/** Adds a line to the library, and takes it away afterwards. */
async function withLine<T>(line: string, work: () => Promise<T>): Promise<T> {
	const before = await shop.world.read(LIB);
	await appendFile(shop.world.path(LIB), `${line}\n`);
	try {
		return await work();
	} finally {
		await writeFile(shop.world.path(LIB), before);
	}
}

describe("build worker", () => {
	realTest(
		["cargo"],
		"builds, with progress that ends at its total",
		async () => {
			// cargo shows no bar in its first half second.
			const script = "bin/llorch-candled/build.rs";
			const before = await shop.world.read(script);
			await shop.world.write({
				[script]: before.replace(
					"fn main() {",
					"fn main() {\n    std::thread::sleep(std::time::Duration::from_millis(1500));",
				),
			});
			const { result, error, events } = await worker();
			expect(error).toBeUndefined();
			expect(result).toMatchObject({
				crate: "llorch-candled",
				backend: "cpu",
				binary: "llorch-cpu-candled",
				profile: "release",
				path: shop.world.path("target/release/llorch-cpu-candled"),
				warnings: 0,
				units: 4,
				fresh: false,
			});
			expect(result.bytes).toBeGreaterThan(10_000);
			const bar = events.filter((event) => event.type === "progress");
			expect(bar.at(-1)).toEqual({
				type: "progress",
				task: "build",
				label: "llorch-cpu-candled",
				done: 4,
				total: 4,
				unit: "items",
			});
			const middle = bar.slice(0, -1);
			expect(middle.length).toBeGreaterThan(0);
			for (const { done, total, label } of middle) {
				expect(done).toBeLessThan(4);
				// cargo's own number: the library, its build script compiled and run, and the program.
				expect(total).toBe(4);
				expect(label).toMatch(/^llorch-cpu-candled/);
			}
			expect(middle.map(({ label }) => label)).toContainEqual(
				expect.stringMatching(/^llorch-cpu-candled: llorch-candled/),
			);
			const done = bar.map((event) => event.done);
			expect(done).toEqual(done.toSorted((a, b) => a - b));
			expect((await worker()).result).toMatchObject({ fresh: true, units: 4 });
			await shop.world.write({ [script]: before });
		},
	);

	realTest(
		["cargo"],
		"counts warnings as cargo does, and shows them",
		async () => {
			await withLine("fn unused_a() {}\nfn unused_b() {}", async () => {
				const { result, text } = await worker();
				expect(result).toMatchObject({ warnings: 2 });
				expect(text("err")).toContain("function `unused_b` is never used");
				expect(text("err")).toContain("generated 2 warnings");
				expect(text("err")).not.toContain("Building");
			});
		},
	);

	realTest(
		["cargo"],
		"shows the compiler's words when the code is wrong",
		async () => {
			await withLine('fn wrong() -> u8 { "ä" }', async () => {
				const { error, text, events } = await worker();
				expect(error).toMatchObject({
					code: "LLORCH_BUILD_FAILED",
					message: "llorch-cpu-candled cannot be compiled (1 error)",
				});
				expect(text("err")).toMatch(
					/error\[E0308\]: mismatched types\n +--> bin\/llorch-candled\/src\/lib.rs:\d+:\d+/,
				);
				expect(error?.details?.output).toBe(text("err"));
				const bar = events.filter((event) => event.type === "progress");
				expect(bar.every(({ done, total }) => done !== total)).toBe(true);
			});
		},
	);

	realTest(
		["cargo"],
		"builds every backend, a debug one in another folder",
		async () => {
			const { result } = await worker({
				backend: "metal",
				debug: true,
				targetDirectory: "other target",
			});
			expect(result).toMatchObject({
				backend: "metal",
				binary: "llorch-metal-candled",
				profile: "debug",
				path: shop.world.path("other target/debug/llorch-metal-candled"),
			});
			await rm(shop.world.path("other target"), { recursive: true });
		},
	);

	realTest(["cargo"], "names the process that holds cargo's lock", async () => {
		await worker();
		const lock = shop.world.path("target/release/.cargo-lock");
		const holder = spawn("flock", [lock, "sh", "-c", "echo held; cat"], {
			stdio: ["pipe", "pipe", "inherit"],
		});
		const gone = once(holder, "exit");
		await once(holder.stdout, "data");
		try {
			// The holder is a child of ours, as a cargo that llorch has started would be.
			const surroundings = { ...shop.surroundings(), pid: -1 };
			const work = buildWorker(surroundings, { ...flags, backend: "cpu" });
			const { result, notes } = await ended(work, (event) => {
				if (event.type === "note") holder.stdin.end();
			});
			expect(notes).toEqual([
				`process ${holder.pid} (flock ${lock} sh -c echo held; cat) holds cargo's lock on the artifact directory: waiting until it has ended`,
			]);
			expect(result).toMatchObject({ fresh: true });
		} finally {
			holder.stdin.end();
			await gone;
		}
	});

	realTest(
		["cargo"],
		"is ended by an abort, with everything it started",
		async () => {
			await withLine("// changed", async () => {
				const controller = new AbortController();
				const work = buildWorker(shop.surroundings(), {
					...flags,
					backend: "cuda",
					signal: controller.signal,
				});
				const reason = new LlorchError("LLORCH_INTERRUPTED", "interrupted");
				const { error } = await ended(work, () => controller.abort(reason));
				expect(error).toEqual(reason.info);
				expect(await shop.world.processes()).toEqual([]);
			});
		},
	);

	realTest(
		["cargo"],
		"finds cargo where rustup puts it, when PATH lacks it",
		async () => {
			const PATH = shop.world.env.PATH ?? "";
			const [rust = "", ...rest] = PATH.split(":");
			await rm(shop.world.path("~/.cargo/bin"), {
				recursive: true,
				force: true,
			});
			const missing = await worker(
				{},
				shop.surroundings({ PATH: rest.join(":") }),
			);
			expect(missing.error).toMatchObject({
				code: "LLORCH_CARGO_NOT_FOUND",
				run: ["dev", "doctor"],
			});
			await mkdir(shop.world.path("~/.cargo"), { recursive: true });
			await symlink(rust, shop.world.path("~/.cargo/bin"));
			const found = await worker(
				{},
				shop.surroundings({ PATH: rest.join(":") }),
			);
			expect(found.error).toBeUndefined();
		},
	);
});

describe("what [toolchain] names", () => {
	const settings = (changes: object) => {
		const surroundings = shop.surroundings();
		Object.assign(surroundings.settings.toolchain, changes);
		return surroundings;
	};

	realTest(["cargo"], "is held against the crate", async () => {
		expect(
			(await worker({}, settings({ worker_binary: "llorch-{backend}-candle" })))
				.error,
		).toMatchObject({
			code: "LLORCH_TOOLCHAIN_MISMATCH",
			message:
				"toolchain.worker_binary names the binary llorch-cpu-candle, and the crate llorch-candled has none of that name (did you mean llorch-cpu-candled?)",
			hint: "llorch-candled has: llorch-cpu-candled, llorch-cuda-candled, llorch-metal-candled.",
		});
		expect(
			(await worker({}, settings({ worker_feature: "{backend}, rocm" }))).error,
		).toMatchObject({
			code: "LLORCH_TOOLCHAIN_MISMATCH",
			message:
				"toolchain.worker_feature names the feature rocm, and the crate llorch-candled has none of that name",
		});
		expect(
			(await worker({}, settings({ worker_crate: "bin/llorch-candle" }))).error,
		).toMatchObject({
			code: "LLORCH_NO_CRATE",
			message:
				"this repository has no worker: there is no crate in bin/llorch-candle (did you mean bin/llorch-candled?)",
		});
		expect(
			(await worker({}, settings({ worker_crate: "." }))).error,
		).toMatchObject({ code: "LLORCH_NO_CRATE" });
	});

	realTest(["cargo"], "may be another repository's", async () => {
		const { result, error } = await worker(
			{},
			settings({
				worker_crate: "bin/orchestratord",
				worker_binary: "orchestratord",
				worker_feature: "",
			}),
		);
		expect(error).toBeUndefined();
		expect(result).toMatchObject({ crate: "orchestratord", backend: "cpu" });
	});

	realTest(
		["cargo"],
		"needs a workspace, and one that cargo can read",
		async () => {
			const surroundings = shop.surroundings();
			surroundings.root = shop.world.home;
			expect((await worker({}, surroundings)).error).toMatchObject({
				code: "LLORCH_NO_WORKSPACE",
			});
			await shop.world.write({ "broken/Cargo.toml": "[package\n" });
			expect(
				(await worker({}, settings({ worker_crate: "broken" }))).error,
			).toMatchObject({
				code: "LLORCH_CARGO_FAILED",
				message: expect.stringContaining("Cargo.toml"),
			});
			await rm(shop.world.path("broken"), { recursive: true });
		},
	);
});

describe("build orchestrator and pool-manager", () => {
	realTest(
		["cargo"],
		"build when the crate is there, else say so",
		async () => {
			const daemon = (name: "orchestrator" | "pool-manager") =>
				ended(buildDaemon(shop.surroundings(), { ...flags, daemon: name }));
			const built = await daemon("orchestrator");
			expect(built.result).toMatchObject({
				crate: "orchestratord",
				binary: "orchestratord",
				path: shop.world.path("target/release/orchestratord"),
			});
			expect(built.result).not.toHaveProperty("backend");
			expect((await daemon("pool-manager")).result).toMatchObject({
				binary: "pool-managerd",
			});
			await rm(shop.world.path("bin/pool-managerd"), { recursive: true });
			expect((await daemon("pool-manager")).error).toMatchObject({
				code: "LLORCH_NO_CRATE",
				message:
					"this repository has no pool manager: there is no crate in bin/pool-managerd",
			});
		},
	);
});

describe("build clean", () => {
	realTest(["cargo"], "says what is there, and takes it away", async () => {
		await worker();
		const surroundings = shop.surroundings();
		const plan = await planClean(surroundings, never);
		expect(plan.folder).toBe(shop.world.path("target"));
		expect(plan.files).toBeGreaterThan(10);
		expect(plan.size).toMatch(/^[\d.]+.?i?B$/);
		expect(existsSync(plan.folder)).toBe(true);
		const cleaned = await clean(surroundings, plan, never);
		expect(cleaned.files).toBe(plan.files);
		expect(existsSync(plan.folder)).toBe(false);
		expect(await planClean(surroundings, never)).toMatchObject({
			files: 0,
			size: "",
		});
	});

	realTest(
		["cargo"],
		"leaves a folder alone that is none of cargo's",
		async () => {
			await shop.world.write({ "~/precious/file": "mine" });
			await expect(
				planClean(
					shop.surroundings({
						CARGO_TARGET_DIR: shop.world.path("~/precious"),
					}),
					never,
				),
			).rejects.toMatchObject({ info: { code: "LLORCH_NOT_BUILT_BY_CARGO" } });
			expect(await shop.world.read("~/precious/file")).toBe("mine");
		},
	);
});
