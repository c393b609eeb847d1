import { expect, test } from "vitest";
import { readMessage } from "./messages.ts";

test("an artifact", () => {
	const line =
		'{"reason":"compiler-artifact","package_id":"path+file:///x#app@0.1.0","target":{"kind":["bin"],"name":"app","doctest":false},"profile":{"test":true},"executable":"/t/app-1","fresh":true}';
	expect(readMessage(line)).toEqual({
		reason: "artifact",
		artifact: {
			packageId: "path+file:///x#app@0.1.0",
			kind: "bin",
			name: "app",
			executable: "/t/app-1",
			test: true,
			doctest: false,
			fresh: true,
		},
	});
});

test.each([
	['{"reason":"build-script-executed"}', { reason: "build-script-executed" }],
	[
		'{"reason":"build-finished","success":true}',
		{ reason: "finished", success: true },
	],
	['{"reason":"build-finished"}', { reason: "finished", success: false }],
	['{"reason":"timing-info"}', { reason: "other" }],
	["{}", undefined],
	["null", undefined],
	["3", undefined],
	["printed by a procedural macro", undefined],
])("%s", (line, message) => {
	expect(readMessage(line)).toEqual(message);
});

test("an artifact of a cargo that says less", () => {
	expect(readMessage('{"reason":"compiler-artifact"}')).toMatchObject({
		artifact: { kind: "", name: "", executable: undefined, test: false },
	});
});
