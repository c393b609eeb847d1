import { formatCount, quotePath, redact, sanitize } from "@llorch/core";
import type {
	ListedSubmodule,
	RepositoryStatus,
	SubmoduleStatus,
} from "@llorch/git";
import type { Style } from "../app/style.ts";
import { formatTable } from "./table.ts";

/** How a repository stands: on a terminal for the eye, in a pipe one record a line that begins with its kind. */
export function formatStatus(status: RepositoryStatus, style: Style): string {
	return style.terminal
		? formatForEye(status, style)
		: records(status)
				.map((cells) => `${cells.map(oneLine).join("\t")}\n`)
				.join("");
}

function records(status: RepositoryStatus): string[][] {
	const { commit, upstream, remote, operation, system } = status;
	return [
		["branch", status.branch ?? "(detached)"],
		...(commit === null ? [] : [["commit", commit.short, commit.subject]]),
		...(upstream === null
			? []
			: [["upstream", upstream.name, formatDistance(upstream)]]),
		...(remote === null ? [] : [["remote", remote.name, remote.url]]),
		...(operation === null ? [] : [["operation", operation]]),
		...(status.interrupted === null
			? []
			: [["interrupted", status.interrupted.action, status.interrupted.at]]),
		...status.changes.map(({ xy, path }) => [
			"change",
			xy.replaceAll(".", " "),
			quotePath(path),
		]),
		...status.submodules.map((submodule) => [
			"submodule",
			quotePath(submodule.path),
			describeSubmodule(submodule).join(", "),
			shorten(submodule.commit),
		]),
		[
			"system",
			system.os,
			`rustc ${system.rustc ?? "-"}`,
			`cargo ${system.cargo ?? "-"}`,
		],
	];
}

function formatForEye(status: RepositoryStatus, style: Style): string {
	const { commit, upstream, remote, operation, interrupted, changes } = status;
	const branch = style.bold(sanitize(status.branch ?? "(detached)"));
	const lines = [
		commit === null
			? `${branch}  ${style.dim("no commit yet")}`
			: `${branch}  ${commit.short} ${oneLine(commit.subject)}`,
	];
	if (upstream !== null) {
		const distance = formatDistance(upstream);
		lines.push(
			`upstream  ${sanitize(upstream.name)}, ${distance === "in step" ? style.good(distance) : style.warn(distance)}`,
		);
	}
	if (remote !== null)
		lines.push(style.dim(`remote    ${remote.name}  ${redact(remote.url)}`));
	if (operation !== null)
		lines.push(style.warn(`in the middle of a ${operation}`));
	if (interrupted !== null)
		lines.push(
			style.warn(
				`the ${interrupted.action} of ${interrupted.at} was interrupted: llorch git undo puts everything back`,
			),
		);
	lines.push(
		"",
		changes.length === 0
			? "no uncommitted changes"
			: `${formatCount(changes.length, "uncommitted change")}:`,
		...changes.map(({ xy, path, from }) => {
			const moved = from === undefined ? "" : `${quotePath(from)} → `;
			return `  ${style.warn(xy.replaceAll(".", " "))}  ${moved}${quotePath(path)}`;
		}),
	);
	if (status.submodules.length > 0)
		lines.push("", formatSubmodules(status.submodules, style).trimEnd());
	lines.push("", style.dim(formatSystem(status)), "");
	return lines.join("\n");
}

function formatSystem({ system }: RepositoryStatus): string {
	const { os, rustc, cargo } = system;
	return [
		os,
		rustc === null ? "no rustc" : `rustc ${rustc}`,
		cargo === null ? "no cargo" : `cargo ${cargo}`,
	].join(", ");
}

function formatDistance({
	ahead,
	behind,
}: NonNullable<RepositoryStatus["upstream"]>): string {
	if (ahead === null || behind === null) return "gone";
	if (ahead === 0 && behind === 0) return "in step";
	return [
		...(ahead > 0 ? [`${ahead} ahead`] : []),
		...(behind > 0 ? [`${behind} behind`] : []),
	].join(", ");
}

/** Submodules and how each stands. */
export function formatSubmodules(
	submodules: readonly SubmoduleStatus[],
	style: Style,
): string {
	return formatTable(
		["submodule", "commit", "state"],
		submodules.map((submodule) => [
			quotePath(submodule.path),
			shorten(submodule.commit),
			paint(submodule, style),
		]),
		style,
	);
}

/** Submodules with name, path, branch, last commit and number of changes. */
export function formatSubmoduleList(
	submodules: readonly ListedSubmodule[],
	style: Style,
): string {
	return formatTable(
		["name", "path", "branch", "commit", "subject", "changes>"],
		submodules.map(({ name, path, branch, last, changes, commit, state }) => [
			oneLine(name),
			quotePath(path),
			commit === null ? state : (branch ?? "(detached)"),
			last?.short ?? "",
			oneLine(last?.subject ?? ""),
			commit === null ? "" : String(changes),
		]),
		style,
	);
}

function paint(submodule: SubmoduleStatus, style: Style): string {
	const text = describeSubmodule(submodule).join(", ");
	if (submodule.state === "unreadable" || submodule.state === "conflicting")
		return style.bad(text);
	const fine =
		submodule.state === "recorded" &&
		submodule.changes === 0 &&
		submodule.onRemote !== false &&
		submodule.operation === null;
	return fine ? text : style.warn(text);
}

/** How a submodule stands, in phrases. */
export function describeSubmodule(submodule: SubmoduleStatus): string[] {
	const { branch, changes, conflicts, operation, onRemote } = submodule;
	return [
		describeState(submodule),
		...(branch === null ? [] : [`on branch ${oneLine(branch)}`]),
		...(changes > 0 ? [`dirty (${formatCount(changes, "change")})`] : []),
		...(conflicts > 0 ? [formatCount(conflicts, "conflict")] : []),
		...(operation === null ? [] : [`in the middle of a ${operation}`]),
		...(onRemote === false ? ["commit on no remote"] : []),
	];
}

function describeState({
	state,
	ahead,
	behind,
	error,
}: SubmoduleStatus): string {
	switch (state) {
		case "uninitialised":
			return "uninitialised";
		case "recorded":
			return "at the recorded commit";
		case "ahead":
			return `${ahead} ahead of the recorded commit`;
		case "behind":
			return `${behind} behind the recorded commit`;
		case "diverged":
			return `${ahead} ahead of and ${behind} behind the recorded commit`;
		case "unfetched":
			return "not at the recorded commit, which is not fetched";
		case "conflicting":
			return "conflicting in the repository";
		case "unreadable":
			return `unreadable: ${redact(error?.message ?? "")}`;
	}
}

export function shorten(commit: string | null): string {
	return commit?.slice(0, 10) ?? "";
}

/** Text from a repository in one line: names and subjects may hold anything. */
export function oneLine(text: string): string {
	return sanitize(text).replaceAll(/[\t\r\n]+/g, " ");
}
