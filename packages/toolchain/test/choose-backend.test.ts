import { createLocalRunner } from "@llorch/run";
import { makeWorld, type World } from "@llorch/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chooseBackend } from "../src/choose-backend.ts";
import type { Backend } from "../src/settings.ts";
import { ended, never } from "./workshop.ts";

let world: World;
beforeEach(async () => {
	world = await makeWorld({ systemPrograms: false, tools: ["sh", "sleep"] });
});
afterEach(() => world.dispose());

const says = (name: string, text: string, exit = 0) =>
	world.program(name, `#!/bin/sh\necho '${text}'\nexit ${exit}\n`);

async function choose(
	options: {
		asked?: Backend;
		detect?: boolean;
		platform?: NodeJS.Platform;
	} = {},
) {
	const { asked, detect = true, platform = "linux" } = options;
	const { result, notes } = await ended(
		chooseBackend({
			asked,
			settings: { default_backend: "cuda", auto_detect_cuda: detect },
			runner: createLocalRunner({ env: world.env, cwd: world.folder }),
			platform,
			signal: never,
		}),
	);
	return { result, notes };
}

test("what was asked for, else the setting, without a look", async () => {
	expect(await choose({ asked: "metal" })).toEqual({
		result: "metal",
		notes: [],
	});
	expect(await choose({ detect: false })).toEqual({
		result: "cuda",
		notes: [],
	});
});

test("cuda where both the compiler and the driver are", async () => {
	await says("nvcc", "Cuda compilation tools, release 12.4, V12.4.131");
	expect(await choose()).toEqual({
		result: "cpu",
		notes: [
			"backend cpu: nvcc 12.4 is here, but no NVIDIA driver answers (build.auto_detect_cuda)",
		],
	});
	await says("nvidia-smi", "550.54.14");
	expect(await choose()).toEqual({
		result: "cuda",
		notes: [
			"backend cuda: nvcc 12.4 and the NVIDIA driver 550.54.14 are here (build.auto_detect_cuda)",
		],
	});
	await says("nvcc", "broken", 1);
	expect((await choose()).notes).toEqual([
		"backend cpu: the NVIDIA driver 550.54.14 is here, but no nvcc is on PATH (build.auto_detect_cuda)",
	]);
	await says("nvidia-smi", "NVIDIA-SMI has failed", 9);
	expect(await choose({ platform: "darwin" })).toEqual({
		result: "metal",
		notes: [
			"backend metal: there is no nvcc and no NVIDIA driver (build.auto_detect_cuda)",
		],
	});
});
