export type { HostList, HostRef } from "./hosts/host-names.ts";
export { createQueryRunner } from "./hosts/query-runner.ts";
export { expandHome, type SshConfigSource } from "./hosts/ssh-config.ts";
export {
	createRemote,
	type HostSession,
	type Remote,
	type RemoteOptions,
} from "./remote.ts";
export { shellSpec } from "./runner/far-command.ts";
export { type HostFacts, probeHost } from "./setup/probe.ts";
export { putBuild, removeBuilds } from "./setup/put.ts";
export { filesOf, type TarFile } from "./setup/tar.ts";
