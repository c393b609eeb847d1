import { LlorchError, quotePosix, type RunSpec } from "@llorch/core";

/** A word for `sh`; a leading `~/` is the far home. */
function quoteFar(word: string): string {
	if (word === "~") return '"$HOME"';
	return word.startsWith("~/")
		? `"$HOME"/${quotePosix([word.slice(2)])}`
		: quotePosix([word]);
}

export type FarCommand = {
	/** What the login shell is given. */
	command: string;
	/** To be written to stdin before anything else: what is secret or too long for a command line. */
	preamble: string;
};

// Linux takes 128 KiB in one word (MAX_ARG_STRLEN), and the login shell gets the whole command as one.
const LONGEST_COMMAND = 96 * 1024;

/**
 * A script for `sh` as a command line that any login shell (sh, bash, zsh, fish, tcsh, dash) hands on unchanged. The only place where
 * a remote string is quoted. Plain text goes in single quotes, which all shells read alike as long as no quote, backslash, newline
 * or `!` is in it; everything else as base64. With `viaStdin` the script goes ahead of the input, and no process list shows it.
 */
export function wrapForLoginShell(
	script: string,
	options: { viaStdin?: boolean } = {},
): FarCommand {
	if (
		!options.viaStdin &&
		/^[ -&(-[\]-~]*$/.test(script) &&
		!script.includes("!")
	)
		return { command: `exec sh -c '${script}'`, preamble: "" };
	const encoded = Buffer.from(script).toString("base64");
	// Older macOS decodes with -D only; minimal systems may have openssl alone. No option is read after standard input.
	const decode = "(base64 -d || base64 -D || openssl base64 -d -A) 2>/dev/null";
	const inline = `exec sh -c 'eval "\`echo ${encoded} | ${decode}\`"'`;
	if (!options.viaStdin && inline.length <= LONGEST_COMMAND)
		return { command: inline, preamble: "" };
	return {
		// `read` takes one byte at a time from a pipe, so the rest stays for the program.
		command: `exec sh -c 'IFS= read -r script; eval "\`echo $script | ${decode}\`"'`,
		preamble: `${encoded}\n`,
	};
}

/** What a wrapped program says before its own output begins. */
export type Greeting =
	| { kind: "started"; group: number }
	| { kind: "no-folder" }
	| { kind: "no-program" };

/**
 * The `sh` script that becomes the program: `exec`, so exit code, signal and process group are the program's own. Where nobody would tell
 * the signal, it stays as the parent, deaf to all that is meant for the program, and says it in its exit code. Before, it prints
 * one line with `token`, so that whatever the login shell's start files print is told from the program's output.
 */
export function programScript(
	spec: RunSpec,
	options: {
		token: string;
		/** Stands in the environment of all that comes of it: `variable=value`. */
		mark: { name: string; value: string; folder: string };
		/** Folders put before PATH. */
		path: readonly string[];
		tellsSignals: boolean;
	},
): string {
	const { token, mark } = options;
	for (const word of [spec.file, ...spec.args, spec.cwd ?? ""])
		if (word.includes("\0"))
			throw new LlorchError(
				"LLORCH_USAGE",
				"a word with a NUL byte cannot be given to a program",
			);
	const file = quoteFar(spec.file);
	const command = [file, ...spec.args.map((word) => quotePosix([word]))].join(
		" ",
	);
	return [
		...(options.path.length === 0
			? []
			: [`PATH=${options.path.map(quoteFar).join(":")}:$PATH`, "export PATH"]),
		...Object.entries(spec.env ?? {}).map(
			([name, value]) => `export ${name}=${quotePosix([value])}`,
		),
		`export ${mark.name}=${mark.value}`,
		// Without /proc nobody can be found by the environment, so the group is written down.
		`test -d /proc/self || { mkdir -p ${mark.folder} && : >${mark.folder}/$$; }`,
		...(spec.cwd === undefined
			? []
			: [
					`cd ${quoteFar(spec.cwd)} 2>/dev/null || { echo ${token} folder; exit 1; }`,
				]),
		`command -v ${file} >/dev/null 2>&1 || { echo ${token} program; exit 127; }`,
		`echo ${token} $$`,
		...(options.tellsSignals
			? [`exec ${command}`]
			: [
					// A handler, not '': what is ignored would stay ignored in the program.
					"trap : HUP INT QUIT TERM",
					// Shells say how their child died, and would say it on the program's stderr.
					"exec 3>&2 2>/dev/null",
					`(exec ${command} 2>&3 3>&-)`,
					"exit $?",
				]),
	].join("; ");
}

/** Reads the greeting from the beginning of a program's output, as it grows. `rest`: where the program's own output begins. */
export function readGreeting(
	bytes: Buffer,
	token: string,
): { greeting: Greeting; rest: Buffer } | undefined {
	const at = bytes.indexOf(token);
	const end = at < 0 ? -1 : bytes.indexOf("\n", at);
	if (end < 0) return undefined;
	const word = bytes
		.subarray(at + token.length, end)
		.toString()
		.trim();
	return {
		greeting:
			word === "folder"
				? { kind: "no-folder" }
				: word === "program"
					? { kind: "no-program" }
					: { kind: "started", group: Number(word) },
		rest: bytes.subarray(end + 1),
	};
}

/** A command line as text, run by the host's login shell as `ssh HOST TEXT` does. */
export function shellSpec(text: string): RunSpec {
	return {
		file: "sh",
		// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
		args: ["-c", 'exec "${SHELL:-/bin/sh}" -c "$1"', "sh", text],
	};
}
