import { userInfo } from "node:os";
import {
	llorchProgram,
	llorchSession,
	makeWorld,
	programSession,
} from "@llorch/testkit";
import { expect, test } from "vitest";

test.each([
	["is empty", ""],
	["is missing", undefined],
])(
	"where HOME %s, the home that the system lists counts, for the programs it starts too",
	async (_how, HOME) => {
		await using world = await makeWorld({ tools: ["git"] });
		// The home that is listed is whose runs the tests: it is read, and must not be written.
		const places = { XDG_STATE_HOME: world.path("state"), XDG_CONFIG_HOME: "" };
		const llorch = llorchSession(world);
		const run = await llorch("config path --json", {
			env: { ...places, HOME },
		});
		expect(run).toMatchObject({ stderr: "", code: 0 });
		expect(run.stdout).toContain(
			`"${userInfo().homedir}/.config/llorch/config.toml"`,
		);
		expect(await world.tree()).toContain("state/llorch/log/llorch.ndjson");
	},
);

test.skipIf(process.getuid?.() !== 0 || process.platform !== "linux")(
	"with no home at all it says so, in one line (as root only)",
	async () => {
		await using world = await makeWorld();
		const { file, args } = llorchProgram();
		const nobody = programSession(world, {
			file: "setpriv",
			args: ["--reuid", "54321", "--clear-groups", file, ...args],
		});
		expect(
			await nobody("config path", { cwd: "/", env: { HOME: undefined } }),
		).toEqual({
			stdout: "",
			stderr:
				"error: HOME is not set, and the system lists no home of this user: set HOME to the folder to use (LLORCH_USAGE)\n",
			code: 2,
			signal: null,
		});
	},
);

test("a relative HOME is refused", async () => {
	await using world = await makeWorld();
	expect(
		await llorchSession(world)("config path", { env: { HOME: "here" } }),
	).toEqual({
		stdout: "",
		stderr: 'error: HOME is "here", which is no absolute path (LLORCH_USAGE)\n',
		code: 2,
		signal: null,
	});
	expect(await world.tree()).toEqual([]);
});
