/**
 * Why git refuses a submodule's name, or would keep its clone in that of another one (submodule-config.c,
 * check_submodule_name, and submodule.c, validate_submodule_git_dir); undefined: it does not.
 */
export function whyRefused(
	name: string,
	all: readonly string[],
): string | undefined {
	if (name === "" || name.split(/[/\\]/).includes(".."))
		return `git refuses its name: ${name}`;
	const inner = all.find((other) => other.startsWith(`${name}/`));
	return inner === undefined
		? undefined
		: `the clone of ${inner} would be inside of its own, so git refuses its name: ${name}`;
}
