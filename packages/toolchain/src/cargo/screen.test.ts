import { expect, test } from "vitest";
import { readScreen } from "./screen.ts";

// As cargo 1.95 prints them.
test.each([
	[
		"    Building [====>                        ] 20/29: serde_derive, regex-automata   ",
		"\r",
		{ kind: "bar", done: 20, total: 29, names: "serde_derive, regex-automata" },
	],
	[
		"    Building [                             ] 0/4",
		"\r",
		{ kind: "bar", done: 0, total: 4, names: "" },
	],
	["                                    ", "\r", { kind: "noise" }],
	["   Compiling serde v1.0.0", "\n", { kind: "noise" }],
	[
		"    Finished `release` profile [optimized] target(s) in 0.81s",
		"\n",
		{ kind: "noise" },
	],
	[
		"    Updating crates.io index",
		"\n",
		{ kind: "status", text: "Updating crates.io index" },
	],
	[
		"       Fetch [====>   ] 12.00%",
		"\r",
		{ kind: "text", text: "       Fetch [====>   ] 12.00%" },
	],
	[" Downloading 3 crates, remaining bytes: 1.2MiB", "\r", { kind: "noise" }],
	[
		"    Blocking waiting for file lock on artifact directory",
		"\n",
		{ kind: "waiting", lock: "artifact directory" },
	],
	[
		"warning: `app` (lib) generated 1 warning",
		"\n",
		{
			kind: "warnings",
			count: 1,
			text: "warning: `app` (lib) generated 1 warning",
		},
	],
	[
		"warning: `app` (lib test) generated 3 warnings (2 duplicates)",
		"\n",
		{
			kind: "warnings",
			count: 1,
			text: "warning: `app` (lib test) generated 3 warnings (2 duplicates)",
		},
	],
	[
		'warning: `app` (bin "app") generated 2 warnings (run `cargo fix --bin "app" -p app` to apply 1 suggestion)',
		"\n",
		expect.objectContaining({ kind: "warnings", count: 2 }),
	],
	[
		"error[E0308]: mismatched types",
		"\n",
		{ kind: "text", text: "error[E0308]: mismatched types" },
	],
	["Compiling is hard", "\n", { kind: "text", text: "Compiling is hard" }],
	["", "\n", { kind: "text", text: "" }],
] as const)("%j", (text, end, piece) => {
	expect(readScreen({ text, end })).toEqual(piece);
});
