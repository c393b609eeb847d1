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
import { ModelsCatalogCommand } from "./models/catalog.ts";
import { ModelsDeleteCommand } from "./models/delete.ts";
import { ModelsDiskUsageCommand } from "./models/disk-usage.ts";
import { ModelsDownloadCommand } from "./models/download.ts";
import { ModelsInfoCommand } from "./models/info.ts";
import { ModelsListCommand } from "./models/list.ts";
import { ModelsPathCommand } from "./models/path.ts";
import { ModelsVerifyCommand } from "./models/verify.ts";
import { RemoteExecCommand } from "./remote/exec.ts";
import { RemoteHostsAddCommand } from "./remote/hosts/add.ts";
import { RemoteHostsListCommand } from "./remote/hosts/list.ts";
import { RemoteHostsRemoveCommand } from "./remote/hosts/remove.ts";
import { RemoteHostsTestCommand } from "./remote/hosts/test.ts";
import { RemoteSetupCommand } from "./remote/setup.ts";

/** Every command of llorch. A new one is a file here and a line in this list. */
export const commands: readonly CommandClass<LlorchContext>[] = [
	ModelsCatalogCommand,
	ModelsListCommand,
	ModelsDownloadCommand,
	ModelsInfoCommand,
	ModelsVerifyCommand,
	ModelsDeleteCommand,
	ModelsDiskUsageCommand,
	ModelsPathCommand,
	DevDoctorCommand,
	FanoutRunCommand,
	RemoteExecCommand,
	RemoteSetupCommand,
	RemoteHostsListCommand,
	RemoteHostsAddCommand,
	RemoteHostsRemoveCommand,
	RemoteHostsTestCommand,
	CompletionCommand,
	ConfigInitCommand,
	ConfigPathCommand,
	ConfigShowCommand,
	ConfigValidateCommand,
	ExplainCommand,
];
