import type { Look } from "./look.ts";
import type { KeptRepository } from "./manifest.ts";
import type { Ref } from "./refs.ts";
import type { Survey } from "./survey.ts";

/** What was kept of one repository, and what was seen of it then. */
export type Kept = {
	repository: KeptRepository;
	/** Of a repository that is kept whole. */
	survey?: Survey;
	refs?: readonly Ref[];
	/** Of one of which some files are kept: those that were there, as they were then. */
	looks?: readonly Look[];
};
