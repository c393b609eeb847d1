/** One thing that doctor looks at. Declared by the feature that knows it; `run` ends within a few seconds or is cut off. */
export type Check = {
	id: string;
	title: string;
	/** Milliseconds this check may take before it is reported as a finding of its own. */
	timeoutMs: number;
	run(signal: AbortSignal): Promise<Finding[]>;
};

export type Finding = {
	level: "ok" | "warning" | "error";
	text: string;
	/** A command that mends it. `run` is argv (`llorch …` or any other program); `safe` means it can be run without asking. */
	fix?: { run: readonly string[]; safe: boolean };
};
