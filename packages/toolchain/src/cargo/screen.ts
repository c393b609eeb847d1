import type { Segment } from "./segments.ts";

/** What one piece of cargo's stderr means (cargo 1.95; the forms of its status lines have been the same for years). */
export type ScreenPiece =
	/** The progress bar: units done and planned, and what is being compiled. */
	| { kind: "bar"; done: number; total: number; names: string }
	/** Something that takes time and is no compilation: `Updating crates.io index`. */
	| { kind: "status"; text: string }
	/** Another cargo holds this lock: `artifact directory`, `package cache`, … */
	| { kind: "waiting"; lock: string }
	/** The end of a target's diagnostics: how many new warnings it had. */
	| { kind: "warnings"; count: number; text: string }
	/** rustc's own words, and all the rest. */
	| { kind: "text"; text: string }
	/** Nothing a reader misses beside a progress bar. */
	| { kind: "noise" };

const BAR = /^ *Building \[[=> -]*\] (\d+)\/(\d+)(?:: (.*))?$/;
// Status words stand right-aligned in twelve columns.
const STATUS = /^ {0,11}([A-Z][a-z-]+) (.+)$/;
const SHOWN_STATUS = new Set([
	"Adding",
	"Downgrading",
	"Downloaded",
	"Downloading",
	"Locking",
	"Removing",
	"Updating",
	"Upgrading",
]);
const HIDDEN_STATUS = new Set([
	"Building",
	"Checking",
	"Compiling",
	"Dirty",
	"Documenting",
	"Doc-tests",
	"Executable",
	"Finished",
	"Fresh",
	"Running",
]);
const WARNINGS =
	/^warning: `.*` \(.*\) generated (\d+) warnings?(?: \((\d+) duplicates?\))?/;

export function readScreen({ text, end }: Segment): ScreenPiece {
	const bar = BAR.exec(text.trimEnd());
	if (bar !== null)
		return {
			kind: "bar",
			done: Number(bar[1]),
			total: Number(bar[2]),
			names: bar[3] ?? "",
		};
	// A bar is wiped with blanks.
	if (end === "\r" && text.trim() === "") return { kind: "noise" };
	const waiting = /^ *Blocking waiting for file lock on (.+)$/.exec(text);
	if (waiting !== null) return { kind: "waiting", lock: waiting[1] ?? "" };
	const warnings = WARNINGS.exec(text);
	if (warnings !== null)
		return {
			kind: "warnings",
			count: Number(warnings[1]) - Number(warnings[2] ?? 0),
			text,
		};
	const [, word = ""] = STATUS.exec(text) ?? [];
	if (text.startsWith(" ") && HIDDEN_STATUS.has(word)) return { kind: "noise" };
	if (text.startsWith(" ") && SHOWN_STATUS.has(word))
		return end === "\r"
			? { kind: "noise" }
			: { kind: "status", text: text.trim() };
	return { kind: "text", text };
}
