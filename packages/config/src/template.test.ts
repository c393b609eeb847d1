import { type AnySection, defineSection } from "@llorch/core";
import { expect, test } from "vitest";
import { parseDocument } from "./document.ts";
import { checkConfigText } from "./load.ts";
import { renderConfigTemplate } from "./template.ts";

const sections: readonly AnySection[] = [
	defineSection("general", {
		log_level: {
			type: "string",
			default: "info",
			choices: ["error", "info"],
			env: "LLORCH_LOG_LEVEL",
			describe: "How much is logged",
		},
	}),
	defineSection("fanout", {
		models: {
			type: "list",
			default: ["a", { name: "b", options: ["-o", "x", "1"] }],
			describe: "Models to ask\n\nA name, or a table with its options",
		},
		note: { type: "string", default: undefined, describe: "Kept with a run" },
	}),
	defineSection("fanout.defaults", {
		stream: { type: "boolean", default: true, describe: "Show answers" },
	}),
	defineSection("remote", {
		hosts: {
			type: "table",
			default: {},
			describe: "Hosts by name",
			entries: {
				port: { type: "integer", default: 22, describe: "Port" },
				user: {
					type: "string",
					default: undefined,
					env: "LLORCH_REMOTE_USER",
					describe: "Login name\nif not yours",
				},
			},
		},
	}),
];

test("the template explains every key", () => {
	expect(
		renderConfigTemplate(sections),
	).toBe(`# Configuration of llorch. Every key stands here with its default;
# to set one, remove the # before it.

version = 1

[general]

# How much is logged
# ("error" or "info"; environment: LLORCH_LOG_LEVEL)
#log_level = "info"

[fanout]

# Models to ask
#
# A name, or a table with its options
# (list)
#models = ["a", { name = "b", options = ["-o", "x", "1"] }]

# Kept with a run
# (string)
# note = …

[fanout.defaults]

# Show answers
# (true or false)
#stream = true

[remote]

# Hosts by name
# (table)
#     [remote.hosts.NAME]
#     port = 22  # Port (whole number)
#     user = …  # Login name (string; environment: LLORCH_REMOTE_USER)
`);
});

test("the template loads as it is, and with every key uncommented says the defaults", async () => {
	const template = renderConfigTemplate(sections);
	const uncommented = template.replace(/^#(?=[^\s])/gm, "");
	for (const text of [template, uncommented])
		expect(
			await checkConfigText(text, { sections, path: "/x/.llorch.toml" }),
		).toEqual({ problems: [], notes: [] });
	expect(JSON.parse(JSON.stringify(await parseDocument(uncommented)))).toEqual({
		version: 1,
		general: { log_level: "info" },
		fanout: {
			models: ["a", { name: "b", options: ["-o", "x", "1"] }],
			defaults: { stream: true },
		},
		remote: {},
	});
});
