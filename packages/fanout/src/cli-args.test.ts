import { expect, it } from "vitest";
import { maskCliArgs } from "./cli-args.ts";

it.each([
	[
		["-m", "a --key k", "-p", "x"],
		["-m", "a --key '***'", "-p", "x"],
	],
	[
		["--model", "a --key=k"],
		["--model", "a '--key=***'"],
	],
	[["-m=a --key k"], ["-m=a --key '***'"]],
	[["--model=a\n--key k"], ["--model=a --key '***'"]],
	[
		["-m", "a", "--", "--key", "k"],
		["-m", "a", "--", "--key", "***"],
	],
	[
		["--", "-m", "a --key k"],
		["--", "-m", "a --key k"],
	],
])("maskCliArgs %j", (words, masked) => {
	expect(maskCliArgs(words)).toEqual(masked);
});
