import { defineSection, LlorchError } from "@llorch/core";
import { parseLlmModel } from "@llorch/llm/declarations";

export type FanoutSettings = {
	models: readonly unknown[];
};

export type FanoutDefaults = {
	retries: number;
	timeout: number;
	parallel: number;
	stream: boolean;
	outdir: string;
};

/** Which llm models a fan-out asks when the command line names none. */
export const fanoutSection = defineSection<FanoutSettings>("fanout", {
	models: {
		type: "list",
		default: [],
		describe:
			'llm models to ask when none is named with -m: "name", or { name = "name", options = ["-o", "temperature", "0.2"] }',
		check: describeMistake,
	},
});

/** How a fan-out asks them; every key has a flag of the same name. */
export const fanoutDefaultsSection = defineSection<FanoutDefaults>(
	"fanout.defaults",
	{
		retries: {
			type: "integer",
			default: 0,
			range: [0, 100],
			describe:
				"How often a call that failed for a passing reason is made again (llm's own retries come on top)",
		},
		timeout: {
			type: "number",
			default: 300,
			range: [0, 604_800],
			describe: "Seconds one call may take; 0: as long as it likes",
		},
		parallel: {
			type: "integer",
			default: 4,
			range: [1, 1000],
			describe: "Calls at once",
		},
		stream: {
			type: "boolean",
			default: true,
			describe:
				"Show answers line by line as they come, or each whole when it is done",
		},
		outdir: {
			type: "string",
			default: "./llorch-runs",
			describe:
				"Where every run gets a folder of its own, relative to the folder llorch works in",
		},
	},
);

function describeMistake(models: readonly unknown[]): string | undefined {
	for (const entry of models) {
		try {
			parseLlmModel(entry);
		} catch (error) {
			if (!(error instanceof LlorchError)) throw error;
			return `a list of llm models (${error.message})`;
		}
	}
	return undefined;
}
