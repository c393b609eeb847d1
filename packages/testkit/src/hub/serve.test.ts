import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tinyModel } from "../model.ts";
import { programSession } from "../session/index.ts";
import { makeWorld } from "../world.ts";

const SERVE = {
	file: process.execPath,
	args: [join(import.meta.dirname, "serve.ts")],
};
const URL_LINE = /^http:\/\/127\.0\.0\.1:\d+$/m;

describe("serve.ts", () => {
	test("serves the tiny model, says what was asked, and ends when it is told", async () => {
		await using world = await makeWorld();
		const run = programSession(world, SERVE).start([]);
		const [url] = await run.waitFor(URL_LINE, "stdout");
		const { repo, revision, path, bytes } = tinyModel;
		const reply = await fetch(`${url}/${repo}/resolve/main/${path}`);
		expect((await reply.bytes()).length).toBe(bytes);
		await run.waitFor(/^cdn GET .* 200 - 849984$/m, "stdout");
		expect(run.stdout).toContain(
			`hub GET /${repo}/resolve/main/${path} 302 - 0\n`,
		);
		expect(
			(await fetch(`${url}/api/models/${repo}/revision/${revision}`)).status,
		).toBe(200);
		run.kill("SIGTERM");
		expect(await run.done).toMatchObject({ stderr: "", code: 0 });
	});

	test.each(["argument", "stdin"])(
		"takes a description from its %s",
		async (where) => {
			await using world = await makeWorld();
			const text = JSON.stringify({
				repos: { "o/r": { files: { a: "text" } } },
				faults: [{ path: "a", status: 418 }],
			});
			const serve = programSession(world, SERVE);
			const run =
				where === "stdin"
					? serve.start(["-"], { stdin: text })
					: serve.start([text]);
			const [url] = await run.waitFor(URL_LINE, "stdout");
			expect((await fetch(`${url}/o/r/resolve/main/a`)).status).toBe(418);
			run.kill("SIGINT");
			expect(await run.done).toMatchObject({ code: 0 });
		},
	);

	test("explains itself", async () => {
		await using world = await makeWorld();
		const run = await programSession(world, SERVE)("--help");
		expect(run).toMatchObject({
			stdout: "",
			stderr: expect.stringContaining("usage:"),
			code: 2,
		});
	});
});
