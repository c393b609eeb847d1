import type { ErrorInfo, Work } from "@llorch/core";
import type { StepId } from "../setup-steps.ts";
import type { Made, Recorder } from "./record.ts";

/** What a step finds before it does anything. */
export type Look = {
	/** `skip`: it has no place here, such as submodules outside of any repository. */
	state: "present" | "todo" | "skip";
	/** What is there, or what would be done. */
	text: string;
};

/** One thing that a development machine needs. Looking changes nothing; making it twice is making it once. */
export type Step = {
	id: StepId;
	title: string;
	/** @param made what was made on this machine before */
	look(made: readonly Made[]): Promise<Look>;
	/** Does it, telling the recorder first, and says what is there now. */
	make(recorder: Recorder): Work<string> | Promise<string>;
};

export type StepReport = {
	id: StepId;
	title: string;
	status: "present" | "done" | "planned" | "declined" | "skipped" | "failed";
	text: string;
	error?: ErrorInfo;
};

export type SetupReport = { steps: StepReport[] };

/** What an undo took away, and what it left and why. */
export type UndoReport = {
	removed: string[];
	kept: {
		path: string;
		reason: string;
		/** It could not be taken away; the next undo tries again. */
		failed?: true;
	}[];
};
