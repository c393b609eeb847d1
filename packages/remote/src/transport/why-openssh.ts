import type { SshConfig } from "../hosts/ssh-config.ts";

export const OPENSSH_HINT =
	"transport = \"openssh\" in the host's profile lets the system's ssh connect.";

/** The reason why ssh2 cannot reach a host, or undefined when it may. */
export function whyOpenssh(config: SshConfig): string | undefined {
	if (config.proxyCommand !== undefined) return "ProxyCommand";
	if (config.certificateFiles.length > 0) return "certificates";
	return config.onlyOpenssh[0];
}
