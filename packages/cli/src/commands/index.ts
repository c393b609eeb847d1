import type { CommandClass } from "clipanion";
import { CompletionCommand } from "./completion.ts";
import { ConfigInitCommand } from "./config/init.ts";
import { ConfigPathCommand } from "./config/path.ts";
import { ConfigShowCommand } from "./config/show.ts";
import { ConfigValidateCommand } from "./config/validate.ts";
import type { LlorchContext } from "./context.ts";
import { DevDoctorCommand } from "./dev/doctor.ts";
import { ExplainCommand } from "./explain.ts";
import { FanoutRunCommand } from "./fanout/run.ts";

/** Every command of llorch. A new one is a file here and a line in this list. */
export const commands: readonly CommandClass<LlorchContext>[] = [
	DevDoctorCommand,
	FanoutRunCommand,
	CompletionCommand,
	ConfigInitCommand,
	ConfigPathCommand,
	ConfigShowCommand,
	ConfigValidateCommand,
	ExplainCommand,
];
