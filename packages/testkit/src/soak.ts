/**
 * How often a test repeats an attack: `few` times, with LLORCH_SOAK=full `full` times, with a number in it so many times.
 * The title of such a test has the word "soak" in it: `LLORCH_SOAK=full npx -y pnpm@12 test -t soak` runs them all.
 */
export function soakCount(
	few: number,
	full: number,
	setting = process.env.LLORCH_SOAK,
): number {
	if (setting === undefined || setting === "") return few;
	if (setting === "full") return full;
	if (/^[1-9]\d*$/.test(setting)) return Number(setting);
	throw new Error(`LLORCH_SOAK must be "full" or a number, not "${setting}"`);
}
