import type { SshConfig } from "../hosts/ssh-config.ts";

export const OPENSSH_HINT =
	"transport = \"openssh\" in the host's profile lets the system's ssh connect.";

/** The kinds of host keys that ssh2 can check. */
export const HOST_KEYS_OF_SSH2: readonly string[] = [
	"ssh-ed25519",
	"ecdsa-sha2-nistp256",
	"ecdsa-sha2-nistp384",
	"ecdsa-sha2-nistp521",
	"rsa-sha2-512",
	"rsa-sha2-256",
	"ssh-rsa",
];

/** The reason why ssh2 cannot reach a host, or undefined when it may. */
export function whyOpenssh(config: SshConfig): string | undefined {
	if (config.proxyCommand !== undefined) return "ProxyCommand";
	if (config.certificateFiles.length > 0) return "certificates";
	const { hostKeyAlgorithms: kinds } = config;
	if (
		kinds.length > 0 &&
		!HOST_KEYS_OF_SSH2.some((kind) => kinds.includes(kind))
	)
		return "HostKeyAlgorithms";
	return config.onlyOpenssh[0];
}
