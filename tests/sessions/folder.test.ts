import { llorchSession, makeWorld } from "@llorch/testkit";
import { expect, test } from "vitest";

test("files of the folder that are meant for other programs change nothing: .env, bunfig.toml", async () => {
	await using world = await makeWorld({
		files: {
			".env": "LLORCH_LOG_LEVEL=loud\n",
			"bunfig.toml": 'preload = ["./first.js"]\n',
			"first.js": 'console.log("first")\n',
		},
	});
	expect(await llorchSession(world)("config validate")).toMatchObject({
		stderr: "",
		code: 0,
		stdout: expect.not.stringContaining("first"),
	});
});
