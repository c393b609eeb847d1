/** The steps of `dev setup`, in their order. */
export const STEP_IDS = [
	"submodules",
	"python",
	"config",
	"model",
	"completion",
] as const;
export type StepId = (typeof STEP_IDS)[number];
