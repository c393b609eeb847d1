import {
	type Accepts,
	describeNeed,
	readNumberText,
} from "@llorch/config/declarations";
import { makeValidator } from "typanion";

/**
 * For `Option.String`: reads the option's text as a number. Where a setting has the same meaning, `need` is that setting,
 * so that a flag and its key take the same. Anything else is LLORCH_USAGE, which names the option and the range
 * (`explainUsage`): `--parallel must be a whole number from 1 to 1000 (got "0")`.
 */
export function numberFor(need: Accepts) {
	return makeValidator<unknown, number>({
		test: (text, state): text is number => {
			const number = readNumberText(String(text));
			if (number !== undefined && fits(number, need)) {
				const { coercion, coercions } = state ?? {};
				if (coercion)
					coercions?.push([state?.p ?? ".", coercion.bind(null, number)]);
				return true;
			}
			// clipanion shows what follows the path.
			state?.errors?.push(
				`.: must be ${describeNeed(need)} (got ${JSON.stringify(text)})`,
			);
			return false;
		},
	});
}

function fits(number: number, { type, range }: Accepts): boolean {
	const [least, most] = range ?? [-Infinity, Infinity];
	return (
		Number.isFinite(number) &&
		(type === "number" || Number.isInteger(number)) &&
		number >= least &&
		number <= most
	);
}
