import { rm, utimes } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Check } from "@llorch/core";
import { realTest } from "@llorch/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDaemon, buildWorker } from "../src/build/build.ts";
import { toolchainChecks } from "../src/checks/checks.ts";
import { layoutCheck } from "../src/checks/layout.ts";
import { ended, makeWorkshop, never, type Workshop } from "./workshop.ts";

let shop: Workshop;
beforeAll(async () => {
	shop = await makeWorkshop();
});
afterAll(() => shop.world.dispose());

function look(id: string, env: Readonly<Record<string, string>> = {}) {
	const checks = toolchainChecks(shop.surroundings(env));
	const check = checks.find((each) => each.id === id) as Check;
	return check.run(never);
}

test("the Rust that rust-toolchain.toml asks for", async () => {
	expect(await look("rust-toolchain")).toEqual([]);
	await shop.world.write({
		"rust-toolchain.toml": '[toolchain]\nchannel = "1.2.3"\n',
	});
	expect(await look("rust-toolchain")).toMatchObject([
		{
			level: "warning",
			text: expect.stringMatching(
				/^rust-toolchain.toml asks for Rust 1.2.3, and rustc here is \d/,
			),
		},
	]);
	// rustup's stand-in, where the toolchain is not there.
	await shop.world.program(
		"rustc",
		"#!/bin/sh\necho \"error: toolchain '1.2.3-x86_64-unknown-linux-gnu' is not installed\" >&2\nexit 1\n",
	);
	const bin = shop.world.path("../bin");
	const PATH = `${bin}:${shop.world.env.PATH}`;
	expect(await look("rust-toolchain", { PATH })).toEqual([
		{
			level: "warning",
			text: "rust-toolchain.toml asks for Rust 1.2.3, which is not installed",
			fix: { run: ["rustup", "toolchain", "install", "1.2.3"], safe: true },
		},
	]);
	await shop.world.program("rustc", "#!/bin/sh\necho broken >&2\nexit 1\n");
	expect(await look("rust-toolchain", { PATH })).toMatchObject([
		{ text: expect.stringContaining("rustc does not start: broken") },
	]);
	expect(await look("rust-toolchain", { PATH: "/nowhere" })).toEqual([]);
	await rm(shop.world.path("../bin/rustc"));
	await rm(shop.world.path("rust-toolchain.toml"));
});

test("a toolchain that is not there is neither downloaded nor an error of what needs it", async () => {
	const rustup = `#!/bin/sh
if [ "$RUSTUP_AUTO_INSTALL" != 0 ]; then touch downloaded; fi
echo "error: toolchain '1.2.3' is not installed" >&2
exit 1
`;
	for (const program of ["cargo", "rustc"])
		await shop.world.program(program, rustup);
	const surroundings = shop.surroundings({
		PATH: `${shop.world.path("../bin")}:${shop.world.env.PATH}`,
	});
	for (const check of [
		...toolchainChecks(surroundings),
		layoutCheck(surroundings),
	])
		expect(await check.run(never), check.id).toEqual([]);
	expect(await shop.world.tree()).not.toContain("downloaded");
	for (const program of ["cargo", "rustc"])
		await rm(shop.world.path("../bin", program));
});

test("a CUDA compiler and a driver that belong together, or not", async () => {
	expect(await look("cuda")).toEqual([]);
	await shop.world.program(
		"nvcc",
		"#!/bin/sh\necho 'Cuda compilation tools, release 13.0, V13.0.88'\n",
	);
	expect(await look("cuda")).toMatchObject([{ level: "ok" }]);
	await shop.world.program(
		"nvidia-smi",
		"#!/bin/sh\necho '| NVIDIA-SMI 550.54.14   Driver Version: 550.54.14   CUDA Version: 12.4     |'\n",
	);
	expect(await look("cuda")).toEqual([
		{
			level: "warning",
			text: "nvcc is 13.0, and the NVIDIA driver runs CUDA 12.4 at most: what is built here does not start. A newer driver or an older toolkit is needed",
		},
	]);
});

realTest(["cargo"], "workers that are older than their sources", async () => {
	expect(await look("workers")).toEqual([]);
	const build = () =>
		ended(
			buildWorker(shop.surroundings(), {
				backend: "cpu",
				debug: false,
				signal: never,
			}),
		);
	await build();
	expect(await look("workers")).toEqual([
		{ level: "ok", text: "llorch-cpu-candled is up to date" },
	]);
	const source = "bin/llorch-candled/src/answer.rs";
	await shop.world.write({ [source]: `${await shop.world.read(source)}\n` });
	expect(await look("workers")).toEqual([
		{
			level: "warning",
			text: `llorch-cpu-candled is older than ${source}`,
			fix: { run: ["llorch", "build", "worker", "cpu"], safe: false },
		},
	]);
	expect(await look("workers", { PATH: "/nowhere" })).toEqual([]);
	await build();

	// Also when cargo has nothing to do for it, a manifest is looked at once.
	for (const manifest of [
		"Cargo.lock",
		"bin/llorch-candled/Cargo.toml",
		"Cargo.toml",
	]) {
		const path = shop.world.path(manifest);
		// In the millisecond of the build it would not be newer.
		await delay(10);
		await utimes(path, new Date(), new Date());
		expect(await look("workers")).toMatchObject([
			{ text: `llorch-cpu-candled is older than ${manifest}` },
		]);
		await build();
		expect(await look("workers")).toMatchObject([{ level: "ok" }]);
	}

	await ended(
		buildDaemon(shop.surroundings(), {
			daemon: "orchestrator",
			debug: true,
			signal: never,
		}),
	);
	const main = "bin/orchestratord/src/main.rs";
	await shop.world.write({ [main]: `${await shop.world.read(main)}\n` });
	expect(await look("workers")).toEqual([
		{ level: "ok", text: "llorch-cpu-candled is up to date" },
		{
			level: "warning",
			text: `orchestratord (debug) is older than ${main}`,
			fix: {
				run: ["llorch", "build", "orchestrator", "--debug"],
				safe: false,
			},
		},
	]);
});
