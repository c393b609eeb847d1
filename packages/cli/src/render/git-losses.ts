import {
	formatBytes,
	formatCount,
	type Question,
	quotePath,
} from "@llorch/core";
import type {
	CleanPlan,
	KeptSummary,
	Losses,
	ResetPlan,
	SyncPlan,
	UndoPlan,
} from "@llorch/git";
import { oneLine } from "./git-status.ts";

/** Lines per repository: more would scroll the question's beginning away. */
const MAX_LINES = 50;

/** The question before `git sync` takes something away. */
export function askSync({ target, losses }: SyncPlan): Question {
	return {
		id: "git-sync",
		kind: "confirm",
		text: `Reset to ${target.branch} of ${target.remote} (${target.commit.slice(0, 10)} ${oneLine(target.subject)})?`,
		danger: `${formatLosses(losses)}\nIt is kept: llorch git undo brings it back.`,
		flag: "--force",
	};
}

export function askReset({ path, commit, losses }: ResetPlan): Question {
	return {
		id: "git-submodules-reset",
		kind: "confirm",
		text: `Reset ${quotePath(path)} to ${commit.slice(0, 10)}?`,
		danger: `${formatLosses(losses)}\nIt is kept: llorch git undo brings it back.`,
		flag: "--force",
	};
}

export function askUndo({ action, at, losses }: UndoPlan): Question {
	return {
		id: "git-undo",
		kind: "confirm",
		text: `Take back the ${action} of ${at}?`,
		danger: `${formatLosses(losses)}\nIt is kept: the undo can be undone.`,
		flag: "--force",
	};
}

export function askClean(plan: CleanPlan): Question {
	const { files, folders, repositories, size } = plan;
	return {
		id: "git-clean",
		kind: "confirm",
		text: `Remove ${formatCount(files.length, "untracked file")} (${formatBytes(size)})?`,
		danger: [
			"This goes:",
			...cut([
				...files.map(
					({ path, size: bytes }) =>
						`  ${quotePath(path)} (${formatBytes(bytes)})`,
				),
				...folders.map(({ path }) => `  ${quotePath(path)}/`),
			]),
			...(repositories.length === 0
				? []
				: [
						"This stays:",
						...cut(
							repositories.map(
								({ path }) => `  ${quotePath(path)} (a repository of its own)`,
							),
						),
					]),
			"It is kept: llorch git undo brings it back.",
		].join("\n"),
		flag: "--force",
	};
}

/** What would be lost, repository by repository. */
export function formatLosses(losses: readonly Losses[]): string {
	return losses
		.flatMap(({ path, files, commits, operation }) => [
			`This goes in ${path === "." ? "the repository" : quotePath(path)}:`,
			...(operation === null ? [] : [`  the ${operation} in progress`]),
			...cut(
				commits.map(
					({ short, subject }) => `  commit ${short} ${oneLine(subject)}`,
				),
			),
			...cut(files.map((file) => `  ${file.what}: ${quotePath(file.path)}`)),
		])
		.join("\n");
}

/** Where to find what was taken away. */
export function formatKept(
	losses: readonly Losses[],
	kept: KeptSummary | null,
): string {
	if (kept === null || losses.length === 0) return "";
	const counts = [
		...(kept.files > 0 ? [formatCount(kept.files, "file")] : []),
		...(kept.commits > 0 ? [formatCount(kept.commits, "commit")] : []),
		...losses.flatMap(({ operation }) =>
			operation === null ? [] : [`the ${operation}`],
		),
	].join(", ");
	return `kept: ${counts}; ${formatWayBack(kept.files + kept.commits)}\n${formatMoved(kept.moved)}`;
}

/** How to have so many things again. */
export function formatWayBack(things: number): string {
	return `llorch git undo brings ${things === 1 ? "it" : "them"} back`;
}

/** Files too large to be copied. */
export function formatMoved(
	moved: readonly { path: string; size: number }[],
): string {
	return moved
		.map(
			({ path, size }) =>
				`moved aside, being large: ${quotePath(path)} (${formatBytes(size)})\n`,
		)
		.join("");
}

function cut(lines: readonly string[]): string[] {
	if (lines.length <= MAX_LINES) return [...lines];
	return [
		...lines.slice(0, MAX_LINES),
		`  and ${lines.length - MAX_LINES} more (--dry-run --json lists all)`,
	];
}
