import { BACKENDS, type Backend } from "@llorch/toolchain/declarations";
import { Option } from "clipanion";
import { isEnum } from "typanion";
import type { CompletionSource, ValueCompletions } from "../app/completion.ts";

const validator = isEnum(BACKENDS);
const DEFAULT = "Default: build.default_backend";

/** The backend as a word of the command: `build worker cpu`. */
export function backendWord() {
	return Option.String({ name: "backend", required: false, validator });
}

/** The backend as an option. */
export function backendOption() {
	return Option.String<Backend>("--backend", {
		description: `What the worker computes on: cpu, cuda or metal. ${DEFAULT}`,
		validator,
	});
}

const OFFERS = BACKENDS.map((word) => ({
	word,
	describe: "what the worker computes on",
}));

/** Offers the backends, as a command's only word. */
export const completeBackends: CompletionSource = async (_app, before) =>
	before.length === 0 ? OFFERS : [];

/** Offers the backends after --backend. */
export const backendValues = {
	"--backend": async () => OFFERS,
} satisfies ValueCompletions;
