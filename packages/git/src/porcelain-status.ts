import { type RawPath, splitNul } from "./raw-path.ts";

/** Everything a status shows, in one walk through the files; those of a submodule are looked at in its own turn. */
export const STATUS_ARGUMENTS = [
	"status",
	"--porcelain=v2",
	"--branch",
	"-z",
	"--untracked-files=normal",
	"--ignore-submodules=dirty",
] as const;

/** What `git status --porcelain=v2 --branch -z` says (git-status(1), "Porcelain Format Version 2"). */
export type PorcelainStatus = {
	/** Absent: no commit yet. */
	commit?: string;
	/** Absent: HEAD is detached. */
	branch?: string;
	/** Without `ahead`, the upstream branch is gone. */
	upstream?: { name: string; ahead?: number; behind?: number };
	entries: StatusEntry[];
};

export type StatusEntry = {
	kind: "changed" | "unmerged" | "untracked" | "ignored";
	path: RawPath;
	/** The two letters of git: index against HEAD, files against index; `.` for no change. `??` for untracked. */
	xy: string;
	/** Where a renamed or copied file comes from. */
	from?: RawPath;
	submodule: boolean;
};

export function parsePorcelainStatus(bytes: Uint8Array): PorcelainStatus {
	const status: PorcelainStatus = { entries: [] };
	const records = splitNul(bytes);
	for (let at = 0; at < records.length; at++) {
		const record = records[at] as RawPath;
		if (record.startsWith("# ")) readHeader(status, record);
		else {
			const entry = readEntry(record);
			if (record.startsWith("2 ")) entry.from = records[++at] as RawPath;
			status.entries.push(entry);
		}
	}
	return status;
}

function readHeader(status: PorcelainStatus, record: RawPath): void {
	const [, key, ...rest] = record.split(" ");
	const value = Buffer.from(rest.join(" "), "latin1").toString();
	if (key === "branch.oid" && value !== "(initial)") status.commit = value;
	// A branch may really be called "(detached)"; who needs to be sure asks `git symbolic-ref`.
	if (key === "branch.head" && value !== "(detached)") status.branch = value;
	if (key === "branch.upstream") status.upstream = { name: value };
	if (key === "branch.ab" && status.upstream !== undefined) {
		const [ahead, behind] = value.split(" ").map((n) => Math.abs(Number(n)));
		Object.assign(status.upstream, { ahead, behind });
	}
}

// Fields before the path: `1 XY sub mH mI mW hH hI path`, `2 … Xscore path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`.
const FIELDS: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10 };

function readEntry(record: RawPath): StatusEntry {
	const type = record[0] as string;
	if (type === "?" || type === "!")
		return {
			kind: type === "?" ? "untracked" : "ignored",
			path: record.slice(2) as RawPath,
			xy: type + type,
			submodule: false,
		};
	let start = 0;
	for (let field = FIELDS[type] ?? 0; field > 0; field--)
		start = record.indexOf(" ", start) + 1;
	return {
		kind: type === "u" ? "unmerged" : "changed",
		path: record.slice(start) as RawPath,
		xy: record.slice(2, 4),
		submodule: record[5] === "S",
	};
}
