import { expect, test } from "vitest";
import { xdgFolder } from "./xdg.ts";

const home = "/home/me";

test.each([undefined, "", "state", "./state", "~/state"])(
	"XDG_STATE_HOME=%s is not followed",
	(XDG_STATE_HOME) => {
		expect(xdgFolder("STATE", { env: { XDG_STATE_HOME }, home })).toBe(
			"/home/me/.local/state",
		);
	},
);

test("an absolute path is", () => {
	const env = { XDG_CONFIG_HOME: "/c", XDG_DATA_HOME: "/d" };
	expect(xdgFolder("CONFIG", { env, home })).toBe("/c");
	expect(xdgFolder("DATA", { env, home })).toBe("/d");
	expect(xdgFolder("CONFIG", { env: {}, home })).toBe("/home/me/.config");
});
