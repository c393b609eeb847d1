import type { CommandClass } from "clipanion";
import type { LlorchContext } from "./context.ts";
import { ExplainCommand } from "./explain.ts";

/** Every command of llorch. A new one is a file here and a line in this list. */
export const commands: readonly CommandClass<LlorchContext>[] = [
	ExplainCommand,
];
