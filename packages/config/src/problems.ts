import { type ErrorInfo, LlorchError } from "@llorch/core";
import type { Place, ReadFile } from "./places.ts";
import { type Positions, readPositions } from "./positions.ts";

/** Something wrong with the configuration, as data. */
export type Problem = {
	/** The code that a command fails with because of it. */
	code: `LLORCH_${string}`;
	/** Where, for people: `.llorch.toml:12`, `LLORCH_LOG_LEVEL`, `--parallel`. */
	where: string;
	/** What: `remote.hosts.gpu1.port must be a number from 1 to 65535 (got "22a")`. */
	text: string;
	/** The file, absolute. */
	path?: string;
	/** Both from 1. */
	line?: number;
	column?: number;
	/** The environment variable or the flag. */
	name?: string;
};

/** A problem whose line is not looked up yet. */
export type Mistake = {
	place: Place;
	text: string;
	code?: Problem["code"];
	/** Where the parser stopped, for text that is no TOML. */
	line?: number;
	column?: number;
};

/** A problem as one line: `.llorch.toml:3: unknown key "fanuot" (did you mean "fanout"?)`. */
export function formatProblem(problem: Problem): string {
	return `${problem.where}: ${problem.text}`;
}

/** Looks the lines up, and sorts within each file by them. */
export async function locate(mistakes: readonly Mistake[]): Promise<Problem[]> {
	const positions = createPositions();
	const problems = await Promise.all(
		mistakes.map((mistake) => toProblem(mistake, positions)),
	);
	return problems.sort((left, right) =>
		left.path !== undefined && left.path === right.path
			? (left.line ?? 0) - (right.line ?? 0)
			: 0,
	);
}

/** Reads the positions of a file at most once. */
export function createPositions(): (file: ReadFile) => Promise<Positions> {
	const read = new Map<ReadFile, Promise<Positions>>();
	return (file) => {
		const known = read.get(file) ?? readPositions(file.text);
		read.set(file, known);
		return known;
	};
}

async function toProblem(
	{ place, text, code = "LLORCH_CONFIG_INVALID", ...stopped }: Mistake,
	positions: (file: ReadFile) => Promise<Positions>,
): Promise<Problem> {
	if (place.kind !== "file")
		return { code, where: place.name, text, name: place.name };
	const { path, shown } = place.file;
	const found =
		stopped.line === undefined && place.at.length > 0
			? (await positions(place.file))(place.at)
			: stopped;
	const where = found?.line === undefined ? shown : `${shown}:${found.line}`;
	return { code, where, text, path, ...found };
}

// What stands first keeps the others from being seen or meant.
const GRAVEST_FIRST = [
	"LLORCH_CONFIG_MISSING",
	"LLORCH_CONFIG_UNREADABLE",
	"LLORCH_CONFIG_TOO_NEW",
	"LLORCH_CONFIG_INVALID",
	"LLORCH_USAGE",
] as const;

/** All problems (at least one) as one error, with the gravest one's code. `configFile` is what `--config` named. */
export function toError(
	problems: readonly Problem[],
	configFile?: string,
): LlorchError {
	const code =
		GRAVEST_FIRST.find((each) =>
			problems.some((problem) => problem.code === each),
		) ?? "LLORCH_CONFIG_INVALID";
	const lines = problems.map(formatProblem);
	return new LlorchError(
		code,
		lines.length === 1
			? lines.join()
			: `the configuration has ${lines.length} problems:\n${lines.join("\n")}`,
		{
			...nextStep(code, configFile),
			details: { problems: problems.map((problem) => ({ ...problem })) },
		},
	);
}

function nextStep(
	code: (typeof GRAVEST_FIRST)[number],
	configFile: string | undefined,
): Pick<ErrorInfo, "hint" | "run"> {
	switch (code) {
		case "LLORCH_CONFIG_MISSING":
			return {
				hint: "Correct the name, or leave it out: llorch then looks for its files itself.",
			};
		case "LLORCH_CONFIG_UNREADABLE":
			return { hint: "Give yourself the right to read it, or move it away." };
		case "LLORCH_CONFIG_TOO_NEW":
			return { hint: "Update llorch on this machine." };
		case "LLORCH_CONFIG_INVALID":
			return {
				hint: "Correct it, then check all of it again.",
				run: [
					"config",
					"validate",
					...(configFile === undefined ? [] : ["--config", configFile]),
				],
			};
		case "LLORCH_USAGE":
			return {};
	}
}
