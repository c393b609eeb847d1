import {
	type ErrorInfo,
	type Event,
	formatCount,
	formatDuration,
	type Json,
	toErrorInfo,
	type Work,
} from "@llorch/core";
import type { Backend } from "@llorch/toolchain/declarations";
import type { App } from "../app.ts";
import { judgePull } from "../judge-rows.ts";
import { judgeTests } from "../judge-tests.ts";

export const STEPS = ["pull", "build", "test", "inference"] as const;
export type StepName = (typeof STEPS)[number];

/** One step of `dev all`. */
export type StepReport = {
	step: StepName;
	durationMs: number;
} & (
	| { status: "ok"; text: string; result: Json }
	| { status: "failed"; error: ErrorInfo; result?: Json }
	| { status: "skipped" }
);

export type AllReport = {
	/** In order; what comes after a failed step was not run. */
	steps: StepReport[];
};

export type AllFlags = {
	backend: Backend | undefined;
	/** For the last step. */
	model: string | undefined;
	prompt: string;
	maxTokens: number;
};

/** What a step came to: a line for people, the whole for programs, and its error where it failed with a result. */
type StepEnd = { text: string; result: unknown; error?: ErrorInfo | undefined };

/**
 * Pull, build the worker, run its tests, have it tell a story: stops at the first failure. Never throws for a failed step;
 * throws the signal's reason, and for a model that is not there, before a long build.
 */
export async function* runAll(app: App, flags: AllFlags): Work<AllReport> {
	await (await app.toolchain()).findModel(flags.model);
	const steps: StepReport[] = [];
	let now = app;
	for (const step of STEPS) {
		if (steps.some(({ status }) => status !== "ok")) {
			steps.push({ step, status: "skipped", durationMs: 0 });
			continue;
		}
		const startedAt = app.clock.now();
		yield { type: "note", level: "info", text: `== ${step}` } satisfies Event;
		const ended = yield* runStep(now, step, flags);
		// What was pulled may be another configuration.
		if (step === "pull") now = app.afresh();
		const durationMs = app.clock.now() - startedAt;
		steps.push({ ...ended, step, durationMs });
	}
	return { steps };
}

type Ended =
	| { status: "ok"; text: string; result: Json }
	| { status: "failed"; error: ErrorInfo; result?: Json };

async function* runStep(
	app: App,
	step: StepName,
	flags: AllFlags,
): Work<Ended> {
	const open = new Map<string, Progress>();
	const ended = yield* tryStep(app, step, flags, open);
	// As a command of its own it would have taken its bars along.
	for (const event of open.values()) yield { ...event, done: 0, total: 0 };
	return ended;
}

type Progress = Event & { type: "progress" };

/** @param open the bars that have not come to their end */
async function* tryStep(
	app: App,
	step: StepName,
	flags: AllFlags,
	open: Map<string, Progress>,
): Work<Ended> {
	try {
		const { text, result, error } = yield* noteOpen(
			WORK[step](app, flags),
			open,
		);
		return error === undefined
			? { status: "ok", text, result: result as Json }
			: { status: "failed", error, result: result as Json };
	} catch (error) {
		app.signal.throwIfAborted();
		return { status: "failed", error: toErrorInfo(error) };
	}
}

async function* noteOpen<T>(
	work: Work<T>,
	open: Map<string, Progress>,
): Work<T> {
	for (;;) {
		const next = await work.next();
		if (next.done) return next.value;
		const event = next.value;
		if (event.type === "progress") {
			if (event.done === event.total) open.delete(event.task);
			else open.set(event.task, event);
		}
		yield event;
	}
}

const WORK: Readonly<
	Record<StepName, (app: App, flags: AllFlags) => Work<StepEnd>>
> = {
	async *pull(app) {
		const git = await app.git();
		const pulled = yield* git.pull({ signal: app.signal });
		const { branch, commits } = pulled.repository;
		return {
			text:
				commits.length === 0
					? `${branch}: nothing new`
					: `${branch}: ${formatCount(commits.length, "commit")}`,
			result: pulled,
			error: judgePull(pulled),
		};
	},
	async *build(app, { backend }) {
		const toolchain = await app.toolchain();
		const { signal } = app;
		const built = yield* toolchain.buildWorker({
			backend,
			debug: false,
			signal,
		});
		const { path, warnings } = built;
		return {
			text: `${path}${warnings > 0 ? `, ${formatCount(warnings, "warning")}` : ""}`,
			result: built,
		};
	},
	async *test(app, { backend }) {
		const toolchain = await app.toolchain();
		const report = yield* toolchain.test({
			suite: "all",
			backend,
			words: [],
			signal: app.signal,
		});
		return {
			text: `${report.passed} passed, ${report.ignored} ignored`,
			result: report,
			error: judgeTests(report),
		};
	},
	async *inference(app, { backend, model, prompt, maxTokens }) {
		const toolchain = await app.toolchain();
		const told = yield* toolchain.infer({
			backend,
			model,
			prompt,
			maxTokens,
			debug: false,
			signal: app.signal,
		});
		if (!told.text.endsWith("\n"))
			yield { type: "output", stream: "out", bytes: NEWLINE };
		return {
			text: `${formatCount(told.tokens, "token")}, the first after ${formatDuration(told.firstTokenMs)}`,
			result: told,
		};
	},
};

const NEWLINE = new TextEncoder().encode("\n");
