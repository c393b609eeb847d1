export { type ConnectOptions, connect } from "./connect.ts";
export {
	type HostList,
	type HostRef,
	readHosts,
} from "./hosts/host-names.ts";
export {
	destinationArgs,
	resolveHost,
	type SshConfig,
	type SshConfigSource,
} from "./hosts/ssh-config.ts";
export { shellSpec } from "./runner/far-command.ts";
export {
	createSshRunner,
	type SshRunner,
	type SshRunnerOptions,
} from "./runner/ssh-runner.ts";
export type { SshConnection } from "./transport/transport.ts";
