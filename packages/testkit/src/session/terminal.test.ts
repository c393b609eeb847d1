import { describe, expect } from "vitest";
import { realTest } from "../needs.ts";
import { makeWorld } from "../world.ts";
import { CTRL_C, llorchTty, programTty } from "./terminal.ts";

const SH = { file: "/bin/sh", args: ["-c"] };

describe("a terminal session", () => {
	realTest(
		["python3"],
		"is a terminal on all sides, of the given size",
		async () => {
			await using world = await makeWorld();
			const run = programTty(
				world,
				SH,
				["test -t 0 && test -t 1 && test -t 2 && stty size"],
				{ columns: 100, rows: 30 },
			);
			expect(await run.done).toEqual({
				screen: "30 100\r\n",
				text: "30 100\n",
				stdout: "",
				code: 0,
				signal: null,
				restored: true,
			});
		},
	);

	realTest(["python3"], "types, changes its size, and interrupts", async () => {
		await using world = await makeWorld();
		const run = programTty(world, SH, [
			"printf 'name? '; read x; echo \"hi $x\"; trap 'echo stopped; stty size; exit 130' INT; echo go; while :; do sleep 0.02; done",
		]);
		await run.waitFor("name? ");
		run.send("bob\r");
		expect((await run.waitFor(/hi (\w+)\ngo/))[1]).toBe("bob");
		run.resize(120, 40);
		run.send(CTRL_C);
		const { text, code } = await run.done;
		expect(text).toContain("stopped\n40 120\n");
		expect(code).toBe(130);
	});

	realTest(["python3"], "can have its stdout in a pipe", async () => {
		await using world = await makeWorld();
		const run = programTty(
			world,
			SH,
			["test -t 1 || echo answer; test -t 2 && echo conversation >&2"],
			{ stdout: "pipe" },
		);
		expect(await run.done).toMatchObject({
			stdout: "answer\n",
			text: "conversation\n",
		});
	});

	realTest(
		["python3"],
		"notices when the terminal is left in disorder",
		async () => {
			await using world = await makeWorld();
			expect(
				await programTty(world, SH, ["stty -echo raw"]).done,
			).toMatchObject({ restored: false });
			expect(
				await programTty(world, SH, ["stty -echo; stty echo"]).done,
			).toMatchObject({ restored: true });
		},
	);

	realTest(
		["python3"],
		"shows text without escape sequences, and the screen with them",
		async () => {
			await using world = await makeWorld();
			const run = programTty(world, SH, ["printf '\\033[31mred\\033[0m\\n'"]);
			await run.waitFor("red");
			expect(await run.done).toMatchObject({
				text: "red\n",
				screen: "\x1b[31mred\x1b[0m\r\n",
			});
			expect(run.screen).toContain("\x1b[31m");
		},
	);

	realTest(["python3"], "tells a signal, and kills what hangs", async () => {
		await using world = await makeWorld();
		const run = programTty(world, SH, ["echo ready; sleep 1000"]);
		await run.waitFor("ready");
		run.kill("SIGHUP");
		expect(await run.done).toMatchObject({ code: null, signal: "SIGHUP" });
		const hung = programTty(
			world,
			SH,
			["trap '' HUP TERM; while :; do sleep 0.02; done"],
			{ killAfter: 100 },
		);
		expect(await hung.done).toMatchObject({ signal: "SIGKILL" });
	});

	realTest(
		["python3"],
		"does not wait for what a program leaves in the background",
		async () => {
			await using world = await makeWorld();
			const run = await programTty(world, SH, [
				"(trap '' HUP; while :; do sleep 0.05; done) & echo $!",
			]).done;
			expect(run.code).toBe(0);
			process.kill(Number(run.text), "SIGKILL");
		},
	);

	realTest(["python3"], "says that there is no such program", async () => {
		await using world = await makeWorld();
		const run = programTty(world, { file: "/no/such", args: [] }, []);
		expect(await run.done).toMatchObject({
			code: 127,
			text: "/no/such: No such file or directory\n",
		});
	});

	realTest(["python3"], "runs llorch", async () => {
		await using world = await makeWorld();
		const run = await llorchTty(world, "--version").done;
		expect(run).toMatchObject({ code: 0, restored: true });
		expect(run.text).toMatch(/^\d+\.\d+\.\d+/);
	});
});
