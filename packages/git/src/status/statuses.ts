import { mapAll, type ParallelOptions } from "../parallel.ts";
import {
	type PorcelainStatus,
	parsePorcelainStatus,
} from "../porcelain-status.ts";
import { GIT_ENVIRONMENT, type GitDoor, runProgram } from "../run-git.ts";

/** Everything a status shows, in one walk through the files; those of a submodule are looked at in its own turn. */
export const STATUS_ARGUMENTS = [
	"status",
	"--porcelain=v2",
	"--branch",
	"-z",
	"--untracked-files=normal",
	"--ignore-submodules=dirty",
] as const;

// A record of git's is never empty, so an empty one marks the end; after it comes git's exit code. The folders are
// absolute, so none looks like an option.
const SCRIPT = `for folder do
	git -c submodule.recurse=false -C "$folder" ${STATUS_ARGUMENTS.join(" ")}
	printf '\\0%s\\0' "$?"
done`;

/**
 * The status of many repositories, by root; those that git fails on are left out. A few shells run git one after the other:
 * starting a process from a shell takes a fraction of what it takes from here, and that was most of the time.
 */
export async function readStatuses(
	options: GitDoor & ParallelOptions,
	roots: readonly string[],
): Promise<Map<string, PorcelainStatus>> {
	const { parallel } = options;
	// Twice as many shares as run at once, so that one with large repositories does not keep all waiting.
	const size = Math.ceil(roots.length / (parallel * 2));
	const shares: string[][] = [];
	for (let at = 0; at < roots.length; at += size)
		shares.push(roots.slice(at, at + size));
	const statuses = new Map<string, PorcelainStatus>();
	await mapAll(
		shares,
		async (share) => {
			const { stdout } = await runProgram(options, {
				file: "sh",
				args: ["-c", SCRIPT, "sh", ...share],
				cwd: "/",
				env: GIT_ENVIRONMENT,
			});
			for (const [index, { output, code }] of splitOutputs(stdout).entries()) {
				const root = share[index];
				if (root !== undefined && code === "0")
					statuses.set(root, parsePorcelainStatus(output));
			}
		},
		options,
	);
	return statuses;
}

/** Cuts what several commands printed where the marks are. */
export function splitOutputs(
	bytes: Buffer,
): { output: Buffer; code: string }[] {
	const outputs: { output: Buffer; code: string }[] = [];
	let from = 0;
	for (;;) {
		// Without any record, the mark is the very first byte.
		const mark =
			bytes[from] === 0 ? from : bytes.indexOf("\0\0", from, "latin1") + 1;
		if (mark === 0) return outputs;
		const end = bytes.indexOf(0, mark + 1);
		if (end < 0) return outputs;
		outputs.push({
			output: bytes.subarray(from, mark),
			code: bytes.toString("latin1", mark + 1, end),
		});
		from = end + 1;
	}
}
