const DEFAULTS = {
	CONFIG: ".config",
	DATA: ".local/share",
	STATE: ".local/state",
} as const;

/**
 * A folder of the XDG base directory specification: `$XDG_STATE_HOME`, or `~/.local/state` where that is not set. The specification
 * says that a relative path there must be ignored.
 * @param home an absolute path
 */
export function xdgFolder(
	kind: keyof typeof DEFAULTS,
	{
		env,
		home,
	}: { env: Readonly<Record<string, string | undefined>>; home: string },
): string {
	const named = env[`XDG_${kind}_HOME`];
	return named?.startsWith("/") ? named : `${home}/${DEFAULTS[kind]}`;
}
