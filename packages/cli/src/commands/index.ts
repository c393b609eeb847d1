import type { CommandClass } from "clipanion";
import { BuildCleanCommand } from "./build/clean.ts";
import { BuildOrchestratorCommand } from "./build/orchestrator.ts";
import { BuildPoolManagerCommand } from "./build/pool-manager.ts";
import { BuildWorkerCommand } from "./build/worker.ts";
import { CompletionCommand } from "./completion.ts";
import { ConfigInitCommand } from "./config/init.ts";
import { ConfigPathCommand } from "./config/path.ts";
import { ConfigShowCommand } from "./config/show.ts";
import { ConfigValidateCommand } from "./config/validate.ts";
import type { LlorchContext } from "./context.ts";
import { DevAllCommand } from "./dev/all.ts";
import { DevCheckCommand } from "./dev/check.ts";
import { DevDoctorCommand } from "./dev/doctor.ts";
import { DevInfoCommand } from "./dev/info.ts";
import { DevSetupCommand } from "./dev/setup.ts";
import { ExplainCommand } from "./explain.ts";
import { FanoutRunCommand } from "./fanout/run.ts";
import { GitBranchesCommand } from "./git/branches.ts";
import { GitCleanCommand } from "./git/clean.ts";
import { GitLogCommand } from "./git/log.ts";
import { GitPullCommand } from "./git/pull.ts";
import { GitStatusCommand } from "./git/status.ts";
import { GitSubmodulesBranchCommand } from "./git/submodules/branch.ts";
import { GitSubmodulesListCommand } from "./git/submodules/list.ts";
import { GitSubmodulesResetCommand } from "./git/submodules/reset.ts";
import { GitSubmodulesStatusCommand } from "./git/submodules/status.ts";
import { GitSubmodulesUpdateCommand } from "./git/submodules/update.ts";
import { GitSyncCommand } from "./git/sync.ts";
import { GitUndoCommand } from "./git/undo.ts";
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
import { TestAllCommand } from "./test/all.ts";
import { TestInferenceCommand } from "./test/inference.ts";
import { TestIntegrationCommand } from "./test/integration.ts";
import { TestLogsCommand } from "./test/logs.ts";
import { TestSmokeCommand } from "./test/smoke.ts";
import { TestUnitCommand } from "./test/unit.ts";

/** Every command of llorch. A new one is a file here and a line in this list. */
export const commands: readonly CommandClass<LlorchContext>[] = [
	GitStatusCommand,
	GitPullCommand,
	GitSyncCommand,
	GitUndoCommand,
	GitCleanCommand,
	GitBranchesCommand,
	GitLogCommand,
	GitSubmodulesListCommand,
	GitSubmodulesStatusCommand,
	GitSubmodulesUpdateCommand,
	GitSubmodulesResetCommand,
	GitSubmodulesBranchCommand,
	ModelsCatalogCommand,
	ModelsListCommand,
	ModelsDownloadCommand,
	ModelsInfoCommand,
	ModelsVerifyCommand,
	ModelsDeleteCommand,
	ModelsDiskUsageCommand,
	ModelsPathCommand,
	BuildWorkerCommand,
	BuildOrchestratorCommand,
	BuildPoolManagerCommand,
	BuildCleanCommand,
	TestUnitCommand,
	TestIntegrationCommand,
	TestSmokeCommand,
	TestAllCommand,
	TestInferenceCommand,
	TestLogsCommand,
	DevDoctorCommand,
	DevSetupCommand,
	DevCheckCommand,
	DevInfoCommand,
	DevAllCommand,
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
