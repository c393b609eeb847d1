import {
	type CommandRunner,
	capture,
	LlorchError,
	type RunSpec,
	succeeded,
} from "@llorch/core";

/** The `llm` of one host. */
export type LlmInstallation = {
	/** The word that starts it: `llm`, or a path. */
	command: string;
	/** The file that word stands for. */
	file: string;
	/** Its Python, from its first line, when it is a Python script as pip, pipx and uv write them. */
	interpreter?: readonly string[];
	/** `0.36` */
	version: string;
	/** Where llm keeps its keys, templates and logs. */
	userDir: string;
	/** `logs.db` in there. */
	database: string;
	/** False after `llm logs off`. */
	logging: boolean;
};

// One command for any host, and without starting llm where that can be helped: `llm --version` costs 0.4 s of CPU,
// because it imports every plugin. The folder is found as llm 0.36 does (llm.user_dir, click.get_app_dir); a wrapper
// script may set LLM_USER_PATH for itself, so there llm is asked.
const PROBE = `
file=$(command -v -- "$1") || exit 69
first=$(head -n 1 "$file" | tr -d '\\000')
python=
case $first in '#!'*python*) python=\${first#'#!'} ;; esac
version=
if [ -n "$python" ]; then
	version=$($python -c 'from importlib.metadata import version; print(version("llm"))' 2>/dev/null) || python=
fi
if [ -n "$python" ]; then
	if [ -n "$LLM_USER_PATH" ]; then dir=$LLM_USER_PATH
	elif [ "$(uname -s)" = Darwin ]; then dir="$HOME/Library/Application Support/io.datasette.llm"
	else dir="\${XDG_CONFIG_HOME:-$HOME/.config}/io.datasette.llm"
	fi
else
	version=$("$file" --version) || exit 70
	dir=$(dirname -- "$("$file" logs path)")
fi
case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
if [ -e "$dir/logs-off" ]; then logging=off; else logging=on; fi
printf '%s\\n' "$file" "$python" "\${version##* }" "$dir" "$logging"
`;

/** Finds llm on a host and says what a run must know about it, as five lines. */
export function llmProbeSpec(command: string): RunSpec {
	return { file: "sh", args: ["-c", PROBE, "llorch", command] };
}

/**
 * Finds the `llm` of the runner's host.
 * @param command the word that starts it, looked up on that host's PATH
 * @throws LLORCH_LLM_NOT_FOUND; LLORCH_LLM_CRASHED when it is there but does not start
 */
export async function findLlm(
	runner: CommandRunner,
	{ command = "llm", signal }: { command?: string; signal?: AbortSignal } = {},
): Promise<LlmInstallation> {
	const { stdout, stderr, result } = await capture(
		runner,
		llmProbeSpec(command),
		signal === undefined ? {} : { signal },
	);
	signal?.throwIfAborted();
	const where = runner.host === "local" ? "this machine" : runner.host;
	if ("exitCode" in result && result.exitCode === 69)
		throw new LlorchError(
			"LLORCH_LLM_NOT_FOUND",
			command === "llm"
				? `llm is not installed on ${where}`
				: `${command} was not found on ${where}`,
			{
				hint: "Install it, for example with: pipx install llm",
				run: ["dev", "doctor"],
			},
		);
	if (!succeeded(result))
		throw new LlorchError(
			"LLORCH_LLM_CRASHED",
			`${command} is installed on ${where} but does not start: ${stderr.trim().split("\n").at(-1)}`,
			{ run: ["dev", "doctor"] },
		);
	const [file = "", python = "", version = "", userDir = "", logging] =
		stdout.split("\n");
	return {
		command,
		file,
		...(python === "" ? {} : { interpreter: python.trim().split(/\s+/) }),
		version,
		userDir,
		database: `${userDir}/logs.db`,
		logging: logging === "on",
	};
}
