import { makeValidator } from "typanion";

/**
 * For `Option.String`: refuses an empty text, which is what an unset variable of a script leaves, with LLORCH_USAGE
 * (`explainUsage`): `--cwd must be the path of a folder (got "")`.
 */
export function textFor(what: string) {
	return makeValidator<unknown, string>({
		test: (text, state): text is string => {
			if (typeof text === "string" && text.trim() !== "") return true;
			// clipanion shows what follows the path.
			state?.errors?.push(`.: must be ${what} (got ${JSON.stringify(text)})`);
			return false;
		},
	});
}
