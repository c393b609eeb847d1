import { LlorchError } from "@llorch/core";

/** The words after `--`: cargo's own, and behind a second `--` those of the test programs. */
export type CargoWords = {
	cargo: readonly string[];
	libtest: readonly string[];
};

// What decides which tests are compiled and run, and how cargo speaks: llorch's business.
const OWNED: Readonly<Record<string, string>> = {
	"--message-format": "llorch reads cargo's messages",
	"--no-run": "llorch compiles and runs in two steps",
	"--no-fail-fast": "every target is run anyway",
	"--quiet": "say --quiet before the --",
	"-q": "say --quiet before the --",
	"--manifest-path": "toolchain.worker_crate names the crate",
	"--package": "toolchain.worker_crate names the crate",
	"-p": "toolchain.worker_crate names the crate",
	"--workspace": "toolchain.worker_crate names the crate",
	"--all": "toolchain.worker_crate names the crate",
	"--exclude": "toolchain.worker_crate names the crate",
	"--features": "say --backend; toolchain.worker_feature names its features",
	"-F": "say --backend; toolchain.worker_feature names its features",
	"--lib": "say test unit",
	"--test": "say test integration or test smoke",
	"--tests": "say test all",
	"--bin": "say test all",
	"--bins": "say test all",
	"--example": "say test all",
	"--examples": "say test all",
	"--bench": "llorch runs no benchmarks",
	"--benches": "llorch runs no benchmarks",
	"--doc": "say test all",
	"--all-targets": "say test all",
};

/** Throws LLORCH_CARGO_WORD_OWNED for a word that llorch sets itself. */
export function splitCargoWords(words: readonly string[]): CargoWords {
	const at = words.indexOf("--");
	const cargo = at < 0 ? words : words.slice(0, at);
	for (const word of cargo) {
		const name = word.startsWith("--") ? (word.split("=")[0] ?? word) : word;
		const why = OWNED[name];
		if (why !== undefined)
			throw new LlorchError(
				"LLORCH_CARGO_WORD_OWNED",
				`${name} cannot stand after the --: ${why}`,
				{ run: ["test", "all", "--help"], details: { word } },
			);
	}
	return { cargo, libtest: at < 0 ? [] : words.slice(at + 1) };
}

/** The value of a flag among cargo's words: `--flag value` or `--flag=value`. */
export function wordValue(
	words: readonly string[],
	flag: string,
): string | undefined {
	const at = words.findIndex(
		(word) => word === flag || word.startsWith(`${flag}=`),
	);
	if (at < 0) return undefined;
	return words[at] === flag ? words[at + 1] : words[at]?.slice(flag.length + 1);
}
