import { llorchTty, realTest } from "@llorch/testkit";
import { expect, test } from "vitest";
import {
	expectAbsent,
	expectReady,
	isThere,
	openModels,
	qwen,
} from "./models.fixture.ts";

test("delete of qwen keeps qwen-fp16, which stands in the same folder", async () => {
	const { llorch, file } = await openModels(qwen);
	expect(await llorch("models download qwen qwen-fp16")).toMatchObject({
		stderr: expect.stringContaining("2 downloaded, 600 kB fetched\n"),
		code: 0,
	});
	expect(await llorch("models delete qwen --force")).toEqual({
		stdout: "deleted qwen: 300 kB freed\n",
		stderr: "",
		code: 0,
		signal: null,
	});
	await expectAbsent(file("qwen"));
	await expectReady(file("qwen-fp16"));
	expect(await llorch("models verify --all")).toMatchObject({
		stdout: `qwen-fp16\tok\t300 kB\t${file("qwen-fp16").sha256}\n`,
		code: 0,
	});
});

test("delete keeps the bytes that another id has too", async () => {
	const [older, newer] = ["a".repeat(40), "b".repeat(40)] as const;
	const files = { "model.gguf": { size: 300_000, seed: 1 } };
	const entry = { repo: "org/model", files: ["model.gguf"] };
	const { hub, llorch, file } = await openModels({
		repos: {
			"org/model": {
				revisions: [older, newer].map((sha) => ({ sha, files })),
			},
		},
		entries: {
			older: { ...entry, revision: older },
			newer: { ...entry, revision: newer },
		},
	});
	await llorch("models download older newer");
	expect(hub.bodies()).toHaveLength(1);
	const { blob } = file("older");
	expect(await llorch("models delete older --force")).toMatchObject({
		stdout: "deleted older: 0 B freed\n",
		stderr: `kept ${blob}: used by newer\n`,
		code: 0,
	});
	expect(await isThere(file("older").link)).toBe(false);
	await expectReady(file("newer"));
	expect(await llorch("models delete newer --force")).toMatchObject({
		stdout: "deleted newer: 300 kB freed\n",
		code: 0,
	});
	expect(await isThere(blob)).toBe(false);
});

realTest(
	["python3"],
	"delete shows what goes and asks at a terminal; without one it refuses",
	async () => {
		const { llorch, file, world } = await openModels(qwen);
		await llorch("models download qwen");
		const model = file("qwen");
		expect(await llorch("models delete qwen")).toMatchObject({
			stderr: expect.stringContaining("--force"),
			code: 2,
		});
		await expectReady(model);

		const asked = llorchTty(world, "models delete qwen", { columns: 400 });
		await asked.waitFor(/Delete qwen and free 300 kB\?/);
		asked.send("n\r");
		const declined = await asked.done;
		expect(declined).toMatchObject({ code: 1, restored: true });
		for (const path of [model.link, model.snapshot, model.blob])
			expect(declined.text).toContain(path);
		await expectReady(model);

		const again = llorchTty(world, "models delete qwen", { columns: 400 });
		await again.waitFor("free 300 kB?");
		again.send("y\r");
		expect(await again.done).toMatchObject({
			text: expect.stringContaining("deleted qwen: 300 kB freed\n"),
			code: 0,
			restored: true,
		});
		await expectAbsent(model);
	},
);
