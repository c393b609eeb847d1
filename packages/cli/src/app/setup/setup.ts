import { dirname, join } from "node:path";
import {
	isSystemError,
	LlorchError,
	type Question,
	toErrorInfo,
	type Work,
} from "@llorch/core";
import {
	acquireLock,
	inStateFolder,
	type Lock,
	makeFolders,
} from "@llorch/run";
import type { App } from "../app.ts";
import { logFolder } from "../log.ts";
import type { StepId } from "../setup-steps.ts";
import { openRecord, type Recorder, tidyRecord } from "./record.ts";
import { completionStep, type Shell } from "./steps/completion.ts";
import { configStep } from "./steps/config.ts";
import { modelStep } from "./steps/model.ts";
import { pythonStep } from "./steps/python.ts";
import { submodulesStep } from "./steps/submodules.ts";
import type { Look, SetupReport, Step, StepReport } from "./types.ts";

export type SetupOptions = {
	/** Ask nothing. */
	yes: boolean;
	/** Say what would be done, and do nothing. */
	dryRun: boolean;
	skip: readonly StepId[];
	completionScript: (shell: Shell) => string;
};

/** Where `dev setup` keeps what it made. */
export function setupStateFolder({ env, home }: Pick<App, "env" | "home">) {
	return dirname(logFolder(env, home));
}

/**
 * Goes through the steps: each says what it would do, and is done when the answer is yes. What is there already is left alone,
 * so it can be run again, and goes on where a kill stopped it. A failed step stops no other.
 *
 * Throws LLORCH_NEEDS_ANSWER where nobody can be asked, LLORCH_LOCKED while another one runs,
 * LLORCH_STATE_UNWRITABLE, LLORCH_SETUP_RECORD_INVALID, and the signal's reason.
 */
export async function* setUp(
	app: App,
	options: SetupOptions,
): Work<SetupReport> {
	const folder = setupStateFolder(app);
	await using _lock = await lockSetup(folder);
	const recorder = await openRecord(folder);
	const steps = [
		submodulesStep(app),
		pythonStep(app),
		configStep(app),
		modelStep(app),
		completionStep(app, options.completionScript),
	];
	const reports: StepReport[] = [];
	for (const step of steps) {
		const { id, title } = step;
		const report = options.skip.includes(id)
			? ({ status: "skipped", text: `--skip ${id}` } as const)
			: yield* perform(app, step, recorder, options);
		reports.push({ id, title, ...report });
	}
	return { steps: reports };
}

/** One setup or undo at a time. Throws LLORCH_LOCKED, LLORCH_STATE_UNWRITABLE. */
export function lockSetup(folder: string): Promise<Lock> {
	return inStateFolder(folder, async () => {
		await makeFolders(folder);
		const lock = await acquireLock(join(folder, "setup.lock"));
		await tidyRecord(folder);
		return lock;
	});
}

type Ended = Omit<StepReport, "id" | "title">;

async function* perform(
	app: App,
	step: Step,
	recorder: Recorder,
	{ yes, dryRun }: SetupOptions,
): Work<Ended> {
	try {
		const { state, text } = await step.look(recorder.made);
		if (state === "present") return { status: "present", text };
		if (state === "skip") return { status: "skipped", text };
		if (dryRun) return { status: "planned", text };
		if (!yes) {
			const { value } = await app.ask(question(step, text), {
				signal: app.signal,
			});
			if (value !== true) return { status: "declined", text };
		} else
			yield { type: "note", level: "info", text: `${step.title}: ${text}` };
		const work = step.make(recorder);
		const made = "next" in work ? yield* work : await work;
		return { status: "done", text: made };
	} catch (error) {
		app.signal.throwIfAborted();
		if (
			error instanceof LlorchError &&
			error.info.code === "LLORCH_NEEDS_ANSWER"
		)
			throw error;
		const info = toErrorInfo(isSystemError(error) ? refused(error) : error);
		return { status: "failed", text: info.message, error: info };
	}
}

/** A place that cannot be written, say: no bug of ours. */
function refused(error: Error): LlorchError {
	return new LlorchError("LLORCH_SETUP_STEP_FAILED", error.message, {
		run: ["dev", "setup"],
		cause: error,
	});
}

function question({ id, title }: Step, text: Look["text"]): Question {
	return {
		id: `setup-${id}`,
		kind: "confirm",
		text: `${title}: ${text}?`,
		flag: "--yes",
	};
}
