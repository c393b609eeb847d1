import { defineSection } from "@llorch/core";
import { expect, test } from "vitest";
import { generateConfigReference } from "./reference.ts";

test("every key has a row, with the keys of a table's entries", () => {
	const section = defineSection("remote", {
		groups: { type: "table", default: {}, describe: "Named lists of hosts" },
		hosts: {
			type: "table",
			default: {},
			describe: "Hosts",
			entries: {
				port: {
					type: "integer",
					default: 22,
					range: [1, 65_535],
					describe: "Port",
				},
				repo_path: {
					type: "string",
					default: undefined,
					env: [{ name: "LLORCH_REMOTE_PATH" }],
					describe: "Where commands run",
				},
			},
		},
		color: {
			type: "boolean",
			default: true,
			env: "LLORCH_COLOR",
			describe: "Colour",
		},
	});
	expect(generateConfigReference([section])).toEqual([
		{
			section: "remote",
			key: "groups",
			type: "table",
			default: "{}",
			env: [],
			describe: "Named lists of hosts",
		},
		{
			section: "remote",
			key: "hosts",
			type: "table",
			default: "{}",
			env: [],
			describe: "Hosts",
		},
		{
			section: "remote",
			key: "hosts.NAME.port",
			type: "whole number from 1 to 65535",
			default: "22",
			env: [],
			describe: "Port",
		},
		{
			section: "remote",
			key: "hosts.NAME.repo_path",
			type: "string",
			env: ["LLORCH_REMOTE_PATH"],
			describe: "Where commands run",
		},
		{
			section: "remote",
			key: "color",
			type: "true or false",
			default: "true",
			env: ["LLORCH_COLOR"],
			describe: "Colour",
		},
	]);
});
