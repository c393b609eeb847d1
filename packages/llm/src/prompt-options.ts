/** What llorch must know about one option of `llm prompt` to tell options, their values and the prompt apart. */
export type PromptOption = {
	/** The long name, without dashes: how the option is called in llorch. */
	name: string;
	/** Every spelling, with dashes. */
	spellings: readonly string[];
	/** How many words follow it. */
	values: 0 | 1 | 2;
};

// `llm prompt --help` of llm 0.36. An option that is not here is taken for a flag.
const OPTIONS: readonly PromptOption[] = [
	option("system", ["-s", "--system"], 1),
	option("model", ["-m", "--model"], 1),
	option("database", ["-d", "--database"], 1),
	option("query", ["-q", "--query"], 1),
	option("attachment", ["-a", "--attachment"], 1),
	option("attachment-type", ["--at", "--attachment-type"], 2),
	option("tool", ["-T", "--tool"], 1),
	option("functions", ["--functions"], 1),
	option("tools-debug", ["--td", "--tools-debug"], 0),
	option("tools-approve", ["--ta", "--tools-approve"], 0),
	option("chain-limit", ["--cl", "--chain-limit"], 1),
	option("option", ["-o", "--option"], 2),
	option("options", ["--options"], 0),
	option("schema", ["--schema"], 1),
	option("schema-multi", ["--schema-multi"], 1),
	option("fragment", ["-f", "--fragment"], 1),
	option("system-fragment", ["--sf", "--system-fragment"], 1),
	option("template", ["-t", "--template"], 1),
	option("param", ["-p", "--param"], 2),
	option("no-stream", ["--no-stream"], 0),
	option("no-log", ["-n", "--no-log"], 0),
	option("log", ["--log"], 0),
	option("hide-reasoning", ["-R", "--hide-reasoning"], 0),
	option("continue", ["-c", "--continue"], 0),
	option("conversation", ["--cid", "--conversation"], 1),
	option("key", ["--key"], 1),
	option("save", ["--save"], 1),
	option("async", ["--async"], 0),
	option("usage", ["-u", "--usage"], 0),
	option("extract", ["-x", "--extract"], 0),
	option("extract-last", ["--xl", "--extract-last"], 0),
	option("json", ["--json"], 0),
	option("help", ["-h", "--help"], 0),
];

const BY_SPELLING = new Map(
	OPTIONS.flatMap((entry) =>
		entry.spellings.map((spelling) => [spelling, entry] as const),
	),
);

function option(
	name: string,
	spellings: readonly string[],
	values: 0 | 1 | 2,
): PromptOption {
	return { name, spellings, values };
}

/** The option with this spelling, dashes included, or undefined when `llm prompt` 0.36 has none. */
export function findPromptOption(spelling: string): PromptOption | undefined {
	return BY_SPELLING.get(spelling);
}
