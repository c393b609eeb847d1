import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeWorld } from "@llorch/testkit";
import { describe, expect, test } from "vitest";
import { failure } from "./hub.fixture.ts";
import { readToken } from "./token.ts";

describe("the token", () => {
	const home = "/nowhere";

	test.each([
		[{ HF_TOKEN: " hf_a\n", HUGGING_FACE_HUB_TOKEN: "hf_b" }, "hf_a"],
		[{ HF_TOKEN: "", HUGGING_FACE_HUB_TOKEN: "hf_b" }, "hf_b"],
		[{ HF_TOKEN: "hf_a", HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" }, undefined],
		[{ HF_TOKEN: "hf_a", HF_HUB_DISABLE_IMPLICIT_TOKEN: "0" }, "hf_a"],
		[{}, undefined],
	])("of %o is %s", async (env, value) => {
		expect((await readToken({ env, home }))?.value).toBe(value);
	});

	test.each([
		["~/.cache/huggingface/token", {}],
		["~/xdg/huggingface/token", { XDG_CACHE_HOME: "~/xdg" }],
		["~/hf home/token", { HF_HOME: "~/hf home" }],
		["~/elsewhere", { HF_TOKEN_PATH: "~/elsewhere", HF_HOME: "~/hf home" }],
	])("is read from %s", async (file, env) => {
		await using world = await makeWorld({ files: { [file]: "hf_file\n" } });
		expect(await readToken({ env, home: world.home })).toEqual({
			value: "hf_file",
			from: world.path(file),
		});
	});

	test("is none when its file is empty, or a folder", async () => {
		await using world = await makeWorld({
			files: { "~/.cache/huggingface/token": "\n" },
		});
		const env = {};
		expect(await readToken({ env, home: world.home })).toBeUndefined();
		const folder = join(world.home, "hf", "token");
		await mkdir(folder, { recursive: true });
		expect(
			await readToken({ env: { HF_HOME: "~/hf" }, home: world.home }),
		).toBeUndefined();
	});

	test("that cannot be one is refused, without being shown", async () => {
		const env = { HF_TOKEN: "hf_first\nhf_second" };
		const refusal = await failure(readToken({ env, home }));
		expect(refusal.code).toBe("LLORCH_HUB_TOKEN_INVALID");
		expect(JSON.stringify(refusal)).not.toContain("first");
	});

	// Root may read everything.
	test.skipIf(process.getuid?.() === 0)(
		"in a file that we may not read is an error",
		async () => {
			await using world = await makeWorld();
			const file = join(world.home, "token");
			await writeFile(file, "hf_a");
			await chmod(file, 0);
			const env = { HF_TOKEN_PATH: file };
			expect(await failure(readToken({ env, home }))).toMatchObject({
				code: "LLORCH_HUB_TOKEN_INVALID",
			});
		},
	);
});
