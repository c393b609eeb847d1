import { LlorchError } from "@llorch/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeMachine } from "../src/info/machine-info.ts";
import { makeWorkshop, never, type Workshop } from "./workshop.ts";

let shop: Workshop;
beforeAll(async () => {
	shop = await makeWorkshop();
});
afterAll(() => shop.world.dispose());

const info = (backend?: "cpu" | "cuda" | "metal") =>
	describeMachine(shop.surroundings(), { backend, signal: never });

test("the system and Rust, always", async () => {
	const { facts, ...rest } = await info();
	expect(rest).toEqual({});
	expect(facts.map(({ command }) => command)).toEqual([
		"uname -a",
		"rustc --version",
		"cargo --version",
	]);
	expect(facts[1]?.text).toMatch(/^rustc \d/);
});

test("the hardware of a backend; what is missing is part of the answer", async () => {
	await shop.world.program("nvcc", "#!/bin/sh\necho release 12.4\n");
	await shop.world.program(
		"nvidia-smi",
		"#!/bin/sh\necho driver mismatch >&2\nexit 18\n",
	);
	const { backend, facts } = await info("cuda");
	expect(backend).toBe("cuda");
	expect(facts.slice(3)).toEqual([
		{ command: "nvcc --version", text: "release 12.4" },
		{ command: "nvidia-smi", missing: "driver mismatch" },
	]);
	expect((await info("metal")).facts.slice(3)).toEqual([
		{ command: "sw_vers", missing: "not found" },
		{ command: "system_profiler SPDisplaysDataType", missing: "not found" },
	]);
	expect((await info("cpu")).facts[3]?.command).toBe("lscpu");
});

test("a Mac's processor is asked in its own way", async () => {
	const surroundings = shop.surroundings();
	surroundings.platform = "darwin";
	const { facts } = await describeMachine(surroundings, {
		backend: "cpu",
		signal: never,
	});
	expect(facts[3]?.command).toBe("sysctl -n machdep.cpu.brand_string hw.ncpu");
});

test("an abort ends the questions", async () => {
	const reason = new LlorchError("LLORCH_INTERRUPTED", "interrupted");
	await expect(
		describeMachine(shop.surroundings(), { signal: AbortSignal.abort(reason) }),
	).rejects.toBe(reason);
});
