import { type CommandRunner, capture, sanitize } from "@llorch/core";

/** What a host is and has, as far as it tells. */
export type HostFacts = {
	/** `linux`, `darwin`, as Node names them; else what `uname -s` says in small letters. */
	os: string;
	/** `x64`, `arm64`, as Node names them; else what `uname -m` says. */
	arch: string;
	/** Version of the Node on PATH, without the `v`. */
	node: string | undefined;
	/** Builds of llorch there. */
	builds: readonly string[];
	/** Folders that a login without a terminal may lack, and that are there: brew, cargo, uv. */
	extraPath: readonly string[];
	/** What of git, cargo, uv, brew, llm, hf, nvcc is found, with PATH and `extraPath`. */
	programs: readonly string[];
	cores: number | undefined;
	memoryBytes: number | undefined;
	/** Free bytes where the home folder is. */
	diskBytes: number | undefined;
	gpu: string | undefined;
	repository: boolean | undefined;
};

const SCRIPT = `
echo "os $(uname -s)"
echo "arch $(uname -m)"
for folder in "$HOME/.cargo/bin" "$HOME/.local/bin" /opt/homebrew/bin /usr/local/bin /home/linuxbrew/.linuxbrew/bin /usr/local/cuda/bin; do
	case ":$PATH:" in
	*":$folder:"*) ;;
	*) if [ -d "$folder" ] && [ -n "$(ls -A "$folder")" ]; then echo "path $folder"; PATH=$PATH:$folder; fi ;;
	esac
done
for program in git cargo uv brew llm hf nvcc; do
	if command -v $program; then echo "program $program"; fi
done | grep '^program'
if command -v node; then echo "node $(node --version)"; fi | grep '^node'
for build in "$HOME"/.llorch/bin/*/llorch; do
	if [ -x "$build" ]; then build=\${build%/llorch}; echo "build \${build##*/}"; fi
done
echo "cores $(getconf _NPROCESSORS_ONLN)"
if [ -r /proc/meminfo ]; then
	while read -r name number unit; do
		case $name in MemTotal:) echo "memory $number" ;; esac
	done </proc/meminfo
else
	echo "memory $(($(sysctl -n hw.memsize) / 1024))"
fi
df -P -k "$HOME" | tail -n 1 | { read -r system size used free rest; echo "disk $free"; }
if command -v nvidia-smi >/dev/null; then
	nvidia-smi --query-gpu=name --format=csv,noheader | while read -r name; do echo "gpu $name"; done
elif [ "$(uname -s)" = Darwin ]; then
	echo "gpu $(sysctl -n machdep.cpu.brand_string)"
fi
if [ -n "$1" ]; then
	case $1 in "~/"*) folder=$HOME/\${1#"~/"} ;; *) folder=$1 ;; esac
	if [ -d "$folder" ]; then echo "repository yes"; else echo "repository no"; fi
fi
`;

/** Looks a host over in one go. `repository`: the folder to look for. */
export async function probeHost(
	runner: CommandRunner,
	options: { repository?: string | undefined; signal: AbortSignal },
): Promise<HostFacts> {
	const { stdout } = await capture(
		runner,
		{
			file: "sh",
			args: [
				"-c",
				`{ ${SCRIPT}\n} 2>/dev/null`,
				"sh",
				options.repository ?? "",
			],
			timeoutMs: 20_000,
		},
		{ signal: options.signal },
	);
	return parseFacts(stdout);
}

export function parseFacts(text: string): HostFacts {
	const all = (key: string) =>
		text
			.split("\n")
			.filter((line) => line.startsWith(`${key} `))
			.map((line) => sanitize(line.slice(key.length + 1)).trim())
			.filter((value) => value !== "");
	const number = (key: string, factor = 1) => {
		const value = Number(all(key)[0] ?? Number.NaN);
		return Number.isFinite(value) ? value * factor : undefined;
	};
	// They become part of a file's name here: a host may not choose which.
	const kind = (key: string) => {
		const word = all(key)[0] ?? "";
		return /^\w+$/.test(word) ? word : "unknown";
	};
	const arch = kind("arch").toLowerCase();
	const gpus = all("gpu");
	const repository = all("repository")[0];
	return {
		os: kind("os").toLowerCase(),
		arch: { x86_64: "x64", amd64: "x64", aarch64: "arm64" }[arch] ?? arch,
		node: all("node")[0]?.replace(/^v/, ""),
		builds: all("build"),
		extraPath: all("path"),
		programs: all("program"),
		cores: number("cores"),
		memoryBytes: number("memory", 1024),
		diskBytes: number("disk", 1024),
		gpu: gpus.length === 0 ? undefined : gpus.join(", "),
		repository: repository === undefined ? undefined : repository === "yes",
	};
}
