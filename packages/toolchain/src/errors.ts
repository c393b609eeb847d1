import { defineErrors } from "@llorch/core";

/** What can go wrong while building, testing and trying out the workers. */
export const toolchainErrors = defineErrors({
	LLORCH_CARGO_NOT_FOUND: { exit: 1, title: "cargo was not found" },
	LLORCH_CARGO_FAILED: { exit: 1, title: "cargo reported an error" },
	LLORCH_CARGO_WORD_OWNED: {
		exit: 2,
		title: "A word for cargo that llorch sets itself",
	},
	LLORCH_NO_WORKSPACE: {
		exit: 1,
		title: "There is no Rust workspace here",
	},
	LLORCH_NO_CRATE: { exit: 1, title: "This repository has no such crate" },
	LLORCH_TOOLCHAIN_MISMATCH: {
		exit: 3,
		title: "[toolchain] names something the crate does not have",
	},
	LLORCH_BUILD_FAILED: { exit: 1, title: "The code does not compile" },
	LLORCH_NOT_BUILT_BY_CARGO: {
		exit: 1,
		title: "The folder to clean holds something else",
	},
	LLORCH_TESTS_FAILED: { exit: 1, title: "Tests failed" },
	LLORCH_TEST_REPORT_UNWRITABLE: {
		exit: 1,
		title: "The test report could not be written",
	},
	LLORCH_WORKER_NOT_BUILT: { exit: 1, title: "The worker has not been built" },
	LLORCH_WORKER_DIED: { exit: 1, title: "The worker ended by itself" },
	LLORCH_WORKER_NOT_READY: {
		exit: 1,
		title: "The worker did not become ready in time",
	},
	LLORCH_WORKER_REFUSED: { exit: 1, title: "The worker refused the job" },
	LLORCH_WORKER_CUT_OFF: {
		exit: 1,
		title: "The worker's answer ended in the middle",
	},
	LLORCH_WORKER_MODEL_MISSING: {
		exit: 1,
		title: "There is no model for the worker at this path",
	},
	LLORCH_PORT_TAKEN: { exit: 1, title: "The port is in use" },
});
