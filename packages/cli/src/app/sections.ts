import { modelsSection } from "@llorch/catalog/declarations";
import { type AnySection, defineSection } from "@llorch/core";
import {
	fanoutDefaultsSection,
	fanoutSection,
} from "@llorch/fanout/declarations";
import { gitSection } from "@llorch/git/declarations";
import { remoteSection } from "@llorch/remote/declarations";
import {
	buildSection,
	toolchainRenames,
	toolchainSection,
	workerSection,
} from "@llorch/toolchain/declarations";

export type General = {
	repo_root: string;
	color: boolean;
	log_level: string;
};

/** What belongs to no feature. */
export const generalSection = defineSection<General>("general", {
	repo_root: {
		type: "string",
		default: "",
		env: "LLORCH_REPO_ROOT",
		describe: "The repository to work in; empty: the one we stand in",
	},
	color: {
		type: "boolean",
		default: true,
		env: [
			{ name: "NO_COLOR", read: () => false },
			{ name: "LLORCH_NO_COLOR", read: () => false },
			{
				name: "CLICOLOR_FORCE",
				read: (text) => (text === "0" ? undefined : true),
			},
		],
		describe:
			"Colour on terminals; CLICOLOR_FORCE=1 forces it into pipes too (no-color.org, bixense.com/clicolors)",
	},
	log_level: {
		type: "string",
		default: "info",
		env: "LLORCH_LOG_LEVEL",
		choices: ["error", "warn", "info", "debug"],
		describe: "How much of each invocation the log file keeps",
	},
});

/** Every section that a feature declares, in the order of the reference page. */
export const sections: readonly AnySection[] = [
	generalSection,
	gitSection,
	remoteSection,
	modelsSection,
	buildSection,
	workerSection,
	toolchainSection,
	fanoutSection,
	fanoutDefaultsSection,
];

/** Keys of the old tool that still load, with a note naming the new key. */
export const renames = [
	{ from: "general.model_base_dir", to: "models.base_dir" },
	...toolchainRenames,
	{
		env: "LLORCH_REMOTE_HOST",
		note: "is retired and does nothing: a command becomes remote with --remote HOST only",
	},
] as const;
