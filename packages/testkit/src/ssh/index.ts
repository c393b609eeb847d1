export { openControlMaster } from "./control-master.ts";
export {
	FAR_HOME,
	freePort,
	type KeyOptions,
	makeKey,
	type SshHost,
	type SshHostOptions,
	startSshHost,
} from "./ssh-host.ts";
export {
	makeSshWorld,
	type SshWorld,
	type SshWorldOptions,
} from "./ssh-world.ts";
export { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";
