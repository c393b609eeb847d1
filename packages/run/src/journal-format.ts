import { LlorchError, type Outcome } from "@llorch/core";

const VERSION = 1;
const KIND = "llorch-journal";
const NEWLINE = 0x0a;

/** What a journal says. */
export type JournalContent<V> = {
	/** Every attempt, in the order in which they ended. A cell that was skipped was not attempted. */
	attempts: Outcome<V>[];
	/** The last word on each cell, by id; "ok" stands once it is reached. */
	outcomes: Map<string, Outcome<V>>;
	/** Bytes up to the end of the last whole line. What follows was torn off by a crash. */
	wholeBytes: number;
};

export function stringifyHeader(): string {
	return `${JSON.stringify({ version: VERSION, kind: KIND })}\n`;
}

/** `final`: the row of the cell; otherwise a failed attempt that was followed by another one. */
export function stringifyOutcome<V>(
	outcome: Outcome<V>,
	final: boolean,
): string {
	return `${JSON.stringify({ final, outcome })}\n`;
}

/**
 * Reads a journal's bytes. Lines that are no rows are passed over: a crash can leave some at the end, and a cell without a good
 * row is simply run again. Throws LLORCH_JOURNAL_INVALID and LLORCH_JOURNAL_TOO_NEW, naming `file`.
 */
export function parseJournal<V>(
	bytes: Uint8Array,
	file: string,
): JournalContent<V> {
	const wholeBytes = bytes.lastIndexOf(NEWLINE) + 1;
	const lines = splitLines(bytes.subarray(0, wholeBytes));
	checkHeader(lines.next().value, file);
	const attempts: Outcome<V>[] = [];
	const outcomes = new Map<string, Outcome<V>>();
	for (const line of lines) {
		const row = parseRow<V>(line);
		if (row === undefined) continue;
		const { final, outcome } = row;
		if (outcome.status !== "skipped") attempts.push(outcome);
		if (final && outcomes.get(outcome.id)?.status !== "ok")
			outcomes.set(outcome.id, outcome);
	}
	return { attempts, outcomes, wholeBytes };
}

function* splitLines(bytes: Uint8Array): Generator<string, undefined> {
	const decoder = new TextDecoder();
	let from = 0;
	for (;;) {
		const to = bytes.indexOf(NEWLINE, from);
		if (to === -1) return;
		yield decoder.decode(bytes.subarray(from, to));
		from = to + 1;
	}
}

function checkHeader(line: string | undefined, file: string): void {
	const header = parseObject(line ?? "");
	if (header?.kind !== KIND || typeof header.version !== "number")
		throw new LlorchError(
			"LLORCH_JOURNAL_INVALID",
			`${file} is not a journal: its first line is not that of one`,
			{ details: { file } },
		);
	if (header.version > VERSION)
		throw new LlorchError(
			"LLORCH_JOURNAL_TOO_NEW",
			`${file} was written by a newer llorch (journal version ${header.version}, this one reads ${VERSION})`,
			{
				hint: "Use the llorch that wrote it, or a newer one.",
				details: { file, found: header.version, supported: VERSION },
			},
		);
}

function parseRow<V>(
	line: string,
): { final: boolean; outcome: Outcome<V> } | undefined {
	const row = parseObject(line);
	const outcome = row?.outcome;
	if (typeof outcome !== "object" || outcome === null) return undefined;
	if (!("id" in outcome) || !("status" in outcome)) return undefined;
	return { final: row?.final === true, outcome: outcome as Outcome<V> };
}

function parseObject(line: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === "object" && value !== null
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}
