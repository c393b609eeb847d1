import { defineSection } from "@llorch/core";
import { hubErrors } from "./hub/errors.ts";
import { modelErrors } from "./models/errors.ts";
import { storeErrors } from "./store/errors.ts";

/** The settings of `[models]`. */
export type ModelsSettings = {
	base_dir: string;
	endpoint: string;
	catalog: string;
	parallel: number;
	stall_timeout: number;
	attempts: number;
};

export const modelsSection = defineSection<ModelsSettings>("models", {
	base_dir: {
		type: "string",
		default: ".test-models",
		env: "LLORCH_MODEL_BASE_DIR",
		describe:
			"Folder with a link to every downloaded model; relative to the repository root, and not used outside of any repository",
	},
	endpoint: {
		type: "string",
		default: "https://huggingface.co",
		env: "HF_ENDPOINT",
		describe: "The hub that models come from: Hugging Face, or a mirror of it",
		check: (value) =>
			/^https?:\/\/[^\s/]/.test(value) && URL.canParse(value)
				? undefined
				: "an address that begins with http:// or https://",
	},
	catalog: {
		type: "string",
		default: "",
		env: "LLORCH_MODEL_CATALOG",
		describe:
			"A catalog.toml to use in the place of the built-in one; empty: the built-in one",
	},
	parallel: {
		type: "integer",
		default: 2,
		range: [1, 16],
		describe: "Files downloaded at once",
	},
	stall_timeout: {
		type: "number",
		default: 30,
		range: [1, 3600],
		describe: "Seconds without a byte after which a connection counts as lost",
	},
	attempts: {
		type: "integer",
		default: 5,
		range: [1, 100],
		describe: "Tries in a row without a new byte before a download gives up",
	},
});

/** Every code that a `models` command can fail with. */
export const catalogErrors = { ...modelErrors, ...storeErrors, ...hubErrors };
