import { LlorchError } from "@llorch/core";
import { COMMIT_FORMAT, type Commit, parseCommit } from "./commit.ts";
import { type OrdinaryDoor, ordinaryGit } from "./simple-git.ts";

export type LoggedCommit = Commit & {
	parents: string[];
	/** What points at it: `HEAD -> main`, `tag: v1`, `origin/main`. */
	refs: string[];
};

/** One line of the drawn history: the drawing up to the commit, and the commit where the line has one. */
export type LogLine = { graph: string; commit?: LoggedCommit };

export type History = { lines: LogLine[] };

/** The latest commits of HEAD, drawn as a graph. Throws LLORCH_GIT_NO_COMMIT. */
export async function readLog(
	door: OrdinaryDoor,
	root: string,
	{ count }: { count: number },
): Promise<History> {
	const text = await ordinaryGit(door, root, [
		"log",
		"--graph",
		"--no-color",
		"--no-show-signature",
		"--decorate=short",
		`--max-count=${count}`,
		// The commit's fields come after a mark that no drawing has.
		`--format=%x1e%P%x1f%D%x1f${COMMIT_FORMAT}`,
		"--end-of-options",
		"HEAD",
		"--",
	]).catch((error) => {
		if (/unknown revision|bad revision/.test(String(error)))
			throw new LlorchError(
				"LLORCH_GIT_NO_COMMIT",
				`${root} has no commit yet`,
				{ cause: error },
			);
		throw error;
	});
	return { lines: text.split("\n").slice(0, -1).map(parseLine) };
}

function parseLine(line: string): LogLine {
	const [graph = "", record] = line.split("\x1e");
	if (record === undefined) return { graph: graph.trimEnd() };
	const [parents = "", refs = "", ...commit] = record.split("\x1f");
	return {
		graph,
		commit: {
			...parseCommit(commit.join("\x1f")),
			parents: parents.split(" ").filter((hash) => hash !== ""),
			refs: refs.split(", ").filter((ref) => ref !== ""),
		},
	};
}
