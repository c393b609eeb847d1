import {
	type Check,
	type Clock,
	type Event,
	type Finding,
	redact,
	type Work,
} from "@llorch/core";
import { memoryBacklog, runCells } from "@llorch/run";
import { createDiagnosis, type Diagnosis } from "./diagnosis.ts";
import { NoAnswer, rejectAfterAbort } from "./no-answer.ts";

/** Milliseconds a check that was cut off has to come to an end. */
const GRACE_MS = 500;

/**
 * Runs all checks at once, each with its own time limit, so that the whole takes as long as the slowest one. A check
 * that fails or hangs is a finding of its own. Throws only the signal's reason.
 */
export async function* runChecks(
	checks: readonly Check[],
	options: { signal: AbortSignal; clock: Clock },
): Work<Diagnosis> {
	const { signal, clock } = options;
	const backlog = memoryBacklog<Check, Finding[]>(
		checks.map((check) => ({
			id: check.id,
			label: check.title,
			uses: [],
			input: check,
		})),
	);
	const waiting = new Set(checks);
	yield progress(waiting, checks.length);
	const run = runCells(
		backlog,
		async function* ({ input: check }, cellSignal) {
			const findings = await look(check, cellSignal);
			waiting.delete(check);
			// The last one says nothing: in a pipe, "14 of 14" would be a second line beside "all 14 checks passed".
			if (waiting.size > 0) yield progress(waiting, checks.length);
			return findings;
		},
		{ limits: {}, clock, signal },
	);
	for await (const event of run) if (event.type !== "row") yield event;
	signal.throwIfAborted();
	return createDiagnosis(
		backlog.outcomes().map((outcome) => ({
			id: outcome.id,
			title: outcome.label,
			durationMs: outcome.durationMs,
			findings: outcome.status === "ok" ? outcome.value : [],
		})),
	);
}

/** Names one check that is still running: the last one standing is the one that hangs. */
function progress(waiting: ReadonlySet<Check>, total: number): Event {
	const [next] = waiting;
	return {
		type: "progress",
		task: "doctor",
		label: `checking ${next?.title ?? ""}`.trim(),
		done: total - waiting.size,
		total,
		unit: "items",
	};
}

async function look(check: Check, signal: AbortSignal): Promise<Finding[]> {
	const limit = new AbortController();
	const noAnswer = new NoAnswer(check.title, check.timeoutMs);
	const timer = setTimeout(() => limit.abort(noAnswer), check.timeoutMs);
	const either = AbortSignal.any([signal, limit.signal]);
	try {
		const findings = await Promise.race([
			// Also a check that throws before its first await.
			(async () => check.run(either))(),
			rejectAfterAbort(either, GRACE_MS),
		]);
		// What a check makes of the ruins of what it ran is no finding.
		either.throwIfAborted();
		return findings.map((finding) => ({
			...finding,
			text: redact(finding.text),
		}));
	} catch (error) {
		signal.throwIfAborted();
		if (limit.signal.aborted)
			return [
				{
					level: "warning",
					text: (error instanceof NoAnswer ? error : noAnswer).message,
				},
			];
		const reason = error instanceof Error ? error.message : String(error);
		return [
			{
				level: "error",
				text: redact(`${check.title} could not be checked: ${reason}`),
			},
		];
	} finally {
		clearTimeout(timer);
	}
}
