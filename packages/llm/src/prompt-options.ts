/** What llorch must know about one option of `llm prompt` to tell options, their values and the prompt apart. */
export type PromptOption = {
	/** The long name, without dashes: how the option is called in llorch. */
	name: string;
	/** Every spelling, with dashes. */
	spellings: readonly string[];
	/** What the words that follow it are, one name each: `["NAME", "VALUE"]`; none for a flag. */
	values: readonly string[];
};

// `llm prompt --help` of llm 0.36. An option that is not here is taken for a flag.
const OPTIONS: readonly PromptOption[] = [
	option("system", ["-s", "--system"], "TEXT"),
	option("model", ["-m", "--model"], "NAME"),
	option("database", ["-d", "--database"], "FILE"),
	option("query", ["-q", "--query"], "TEXT"),
	option("attachment", ["-a", "--attachment"], "PATH"),
	option("attachment-type", ["--at", "--attachment-type"], "PATH", "MIMETYPE"),
	option("tool", ["-T", "--tool"], "NAME"),
	option("functions", ["--functions"], "CODE"),
	option("tools-debug", ["--td", "--tools-debug"]),
	option("tools-approve", ["--ta", "--tools-approve"]),
	option("chain-limit", ["--cl", "--chain-limit"], "COUNT"),
	option("option", ["-o", "--option"], "NAME", "VALUE"),
	option("options", ["--options"]),
	option("schema", ["--schema"], "SCHEMA"),
	option("schema-multi", ["--schema-multi"], "SCHEMA"),
	option("fragment", ["-f", "--fragment"], "FRAGMENT"),
	option("system-fragment", ["--sf", "--system-fragment"], "FRAGMENT"),
	option("template", ["-t", "--template"], "NAME"),
	option("param", ["-p", "--param"], "NAME", "VALUE"),
	option("no-stream", ["--no-stream"]),
	option("no-log", ["-n", "--no-log"]),
	option("log", ["--log"]),
	option("hide-reasoning", ["-R", "--hide-reasoning"]),
	option("continue", ["-c", "--continue"]),
	option("conversation", ["--cid", "--conversation"], "ID"),
	option("key", ["--key"], "KEY"),
	option("save", ["--save"], "NAME"),
	option("async", ["--async"]),
	option("usage", ["-u", "--usage"]),
	option("extract", ["-x", "--extract"]),
	option("extract-last", ["--xl", "--extract-last"]),
	option("json", ["--json"]),
	option("help", ["-h", "--help"]),
];

const BY_SPELLING = new Map(
	OPTIONS.flatMap((entry) =>
		entry.spellings.map((spelling) => [spelling, entry] as const),
	),
);

function option(
	name: string,
	spellings: readonly string[],
	...values: string[]
): PromptOption {
	return { name, spellings, values };
}

/** The option with this spelling, dashes included, or undefined when `llm prompt` 0.36 has none. */
export function findPromptOption(spelling: string): PromptOption | undefined {
	return BY_SPELLING.get(spelling);
}
