import { formatBytes, formatCount, quotePath, redact } from "@llorch/core";
import type {
	Branches,
	Cleaned,
	History,
	LogLine,
	Pulled,
	ResetDone,
	SubmoduleBranches,
	Switched,
	Synced,
	UndoEntry,
	Undone,
	Updated,
} from "@llorch/git";
import type { Style } from "../app/style.ts";
import {
	formatKept,
	formatLosses,
	formatMoved,
	formatWayBack,
} from "./git-losses.ts";
import { formatFixes, formatRows, notableRows } from "./git-rows.ts";
import { oneLine, shorten } from "./git-status.ts";
import { formatTable } from "./table.ts";

/** Commits shown of a pull; `--json` has all. */
const MAX_COMMITS = 20;

/** What a pull brought. */
export function formatPulled(
	{ repository, submodules }: Pulled,
	style: Style,
): string {
	const { branch, upstream, status, from, to, commits, files, own } =
		repository;
	const name = style.bold(oneLine(branch));
	const lines: string[] = [];
	if (status === "unchanged") lines.push(`${name}: nothing new on ${upstream}`);
	else if (status === "failed")
		lines.push(`${name}: ${style.bad("not updated")}`);
	else
		lines.push(
			[
				`${name}: ${describeHow(status, own, upstream)} ${shorten(from)} → ${shorten(to)}`,
				formatCount(commits.length, "commit"),
				formatCount(files.length, "file"),
			].join(", "),
			...commits
				.slice(0, MAX_COMMITS)
				.map(
					({ short, subject }) => `  ${style.warn(short)} ${oneLine(subject)}`,
				),
			...(commits.length > MAX_COMMITS
				? [style.dim(`  and ${commits.length - MAX_COMMITS} more`)]
				: []),
		);
	return `${lines.join("\n")}\n${formatRows(notableRows(submodules), style)}`;
}

function describeHow(
	status: Pulled["repository"]["status"],
	own: number,
	upstream: string,
): string {
	if (status === "rebased" && own === 0)
		return `moved to ${upstream}, whose history was rewritten:`;
	if (status === "rebased")
		return `${formatCount(own, "commit")} of yours rebased onto ${upstream}`;
	return status === "merged"
		? `merged ${upstream}`
		: `fast-forward to ${upstream}`;
}

export function formatPullFixes({ submodules }: Pulled): string {
	return formatFixes(submodules);
}

/** What a sync did, or would do. */
export function formatSynced(synced: Synced, style: Style): string {
	const { branch, remote, commit, subject, from, submodules, done } = synced;
	const still = from.commit === commit && from.branch === branch;
	const where = `${style.bold(oneLine(branch))} ${still ? "is" : done ? "now" : "would be"} at ${shorten(commit)} of ${remote}`;
	const left =
		from.branch !== null && from.branch !== branch
			? `${oneLine(from.branch)} stays where it is\n`
			: "";
	return [
		`${where}: ${oneLine(subject)}\n`,
		left,
		formatRows(notableRows(submodules), style),
		done || synced.losses.length === 0
			? ""
			: `${formatLosses(synced.losses)}\n`,
	].join("");
}

export function formatSyncKept({ losses, kept, submodules }: Synced): string {
	return `${formatKept(losses, kept)}${formatFixes(submodules)}`;
}

/** What a reset did, or would do. */
export function formatReset(reset: ResetDone, style: Style): string {
	const { path, commit, submodules, done, losses } = reset;
	const notable = notableRows(submodules);
	if (notable.length === 0)
		return `${quotePath(path)} is at ${shorten(commit)}, with nothing uncommitted\n`;
	return `${formatRows(notable, style)}${done || losses.length === 0 ? "" : `${formatLosses(losses)}\n`}`;
}

export function formatResetKept({
	losses,
	kept,
	submodules,
}: ResetDone): string {
	return `${formatKept(losses, kept)}${formatFixes(submodules)}`;
}

/** What was removed, or would be: one path a line. */
export function formatCleaned({ files, folders }: Cleaned): string {
	return [
		...files.map(({ path }) => `${quotePath(path)}\n`),
		...folders.map(({ path }) => `${quotePath(path)}/\n`),
	].join("");
}

export function formatCleanKept(cleaned: Cleaned): string {
	const { files, folders, done, entry, repositories, moved } = cleaned;
	const stays = repositories
		.map(
			({ path }) => `${quotePath(path)} stays: it is a repository of its own\n`,
		)
		.join("");
	const paths = files.length + folders.length;
	const count = formatCount(paths, "path");
	if (paths === 0) return `nothing untracked here\n${stays}`;
	if (!done) return `${count} would be removed\n${stays}`;
	return `${count} removed${entry === null ? "" : `; ${formatWayBack(paths)}`}\n${formatMoved(moved)}${stays}`;
}

export function formatUndone({ action, what, entry }: Undone): string {
	return `taken back: ${action}, ${oneLine(what)}\nto have it again: llorch git undo ${entry}\n`;
}

export function formatUndoList(
	entries: readonly UndoEntry[],
	style: Style,
): string {
	return formatTable(
		["id", "action", "what", "size>", "until", ""],
		entries.map(({ id, action, what, size, until, undoneBy, state }) => [
			id,
			action,
			oneLine(what),
			formatBytes(size),
			until.slice(0, 10),
			undoneBy !== null
				? "taken back"
				: state === "acting"
					? style.warn("interrupted")
					: "",
		]),
		style,
	);
}

/** The ids of entries. */
export function formatIds(ids: readonly string[]): string {
	return ids.map((id) => `${id}\n`).join("");
}

/** Local branches with what they follow, then those of the remotes. */
export function formatBranches(
	{ detached, local, remote }: Branches,
	style: Style,
): string {
	return formatTable(
		["", "branch", "commit", "follows", "subject"],
		[
			...(detached === null
				? []
				: [
						[
							...["*", "(detached)", detached.commit, ""],
							oneLine(detached.subject),
						],
					]),
			...local.map((branch) => [
				branch.current ? "*" : branch.worktree === null ? "" : "+",
				oneLine(branch.name),
				branch.commit,
				formatUpstream(branch.upstream),
				oneLine(branch.subject),
			]),
			...remote.map(({ name, commit, subject }) => [
				"",
				style.dim(`remotes/${oneLine(name)}`),
				commit,
				"",
				oneLine(subject),
			]),
		],
		style,
	);
}

function formatUpstream(
	upstream: Branches["local"][number]["upstream"],
): string {
	if (upstream === null) return "";
	const { name, ahead, behind, gone } = upstream;
	const distance = [
		...(gone ? ["gone"] : []),
		...(ahead > 0 ? [`${ahead} ahead`] : []),
		...(behind > 0 ? [`${behind} behind`] : []),
	].join(", ");
	return `${oneLine(name)}${distance === "" ? "" : ` (${distance})`}`;
}

export function formatWhereabouts({
	path,
	current,
	commit,
}: SubmoduleBranches): string {
	return `${quotePath(path)} is ${current === null ? "detached" : `on ${oneLine(current)}`} at ${shorten(commit)}\n`;
}

export function formatSwitched({
	path,
	branch,
	commit,
	created,
	upstream,
}: Switched): string {
	const follows = created
		? ", a new branch that follows the remote's"
		: upstream !== null && (upstream.behind > 0 || upstream.gone)
			? `, following ${formatUpstream(upstream)}`
			: "";
	return `${quotePath(path)} is on ${oneLine(branch)} at ${shorten(commit)}${follows}\n`;
}

export function formatUpdated({ submodules }: Updated, style: Style): string {
	return formatRows(submodules, style);
}

export function formatUpdateFixes({ submodules, goal }: Updated): string {
	const moved = submodules.some(({ status }) => status === "moved");
	return `${formatFixes(submodules)}${goal === "tip" && moved ? "to record the new commits: git add the submodules, and commit\n" : ""}`;
}

/** The drawn history. */
export function formatLog({ lines }: History, style: Style): string {
	return lines.map((line) => `${formatLogLine(line, style)}\n`).join("");
}

function formatLogLine({ graph, commit }: LogLine, style: Style): string {
	if (commit === undefined) return style.dim(graph);
	const refs =
		commit.refs.length === 0
			? ""
			: ` ${style.good(`(${commit.refs.map(oneLine).join(", ")})`)}`;
	return `${style.dim(graph)}${style.warn(commit.short)}${refs} ${redact(oneLine(commit.subject))}`;
}
