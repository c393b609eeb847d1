import { join } from "node:path";

export type Env = Readonly<Record<string, string | undefined>>;

/** The value of the first of these variables that is set, with `~` as the home folder (as hf reads paths). */
export function firstSet(
	env: Env,
	names: readonly string[],
	home: string,
): string | undefined {
	for (const name of names) {
		const value = env[name];
		if (value) return value.replace(/^~(?=\/|$)/, home);
	}
	return undefined;
}

/** The folder of everything that is Hugging Face's: `$HF_HOME`, else `huggingface` in the user's cache. */
export function huggingFaceHome(env: Env, home: string): string {
	return (
		firstSet(env, ["HF_HOME"], home) ??
		join(
			firstSet(env, ["XDG_CACHE_HOME"], home) ?? join(home, ".cache"),
			"huggingface",
		)
	);
}

/** How huggingface_hub reads a switch: 1, on, yes, true, in any case. */
export function isOn(value: string | undefined): boolean {
	return /^(1|on|yes|true)$/i.test(value ?? "");
}
