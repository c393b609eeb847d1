import { access, constants, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { hasCode, LlorchError, type Work } from "@llorch/core";
import { writeFileAtomic } from "@llorch/run";
import { type Compiled, followBuild } from "../cargo/follow-build.ts";
import type { LockPlaces } from "../cargo/lock-holder.ts";
import type { Crate } from "../cargo/metadata.ts";
import { profileFolder } from "../cargo/profile-folders.ts";
import { cargoHome, cargoRunner } from "../cargo/runner.ts";
import {
	type CargoTarget,
	compileTestsSpec,
	runTestsSpec,
} from "../cargo/specs.ts";
import { chooseBackend } from "../choose-backend.ts";
import { findCrate } from "../find-crate.ts";
import { requireFeatures, requireTests, workerNames } from "../layout.ts";
import type { Backend, ToolchainSettings } from "../settings.ts";
import type { Surroundings } from "../surroundings.ts";
import { splitCargoWords, wordValue } from "./cargo-words.ts";
import { stringifyJunit } from "./junit.ts";
import {
	countCases,
	countTargets,
	type Suite,
	type TestReport,
} from "./report.ts";
import { runTarget } from "./run-target.ts";

export type TestFlags = {
	suite: Suite;
	backend?: Backend | undefined;
	/** Only tests with this in their name. */
	filter?: string | undefined;
	/** For cargo; behind a `--` for the test programs. */
	words: readonly string[];
	/** Where the JUnit file goes, relative to the working folder. */
	junit?: string | undefined;
	signal: AbortSignal;
};

/**
 * Compiles the worker's tests, then runs them target by target. Failed tests are in the report, which `judgeTests` makes an
 * error of; this throws what `buildWorker` throws when they do not compile, LLORCH_CARGO_WORD_OWNED,
 * LLORCH_TEST_REPORT_UNWRITABLE, and the signal's reason.
 */
export async function* runTests(
	surroundings: Surroundings,
	flags: TestFlags,
): Work<TestReport> {
	const { clock, settings } = surroundings;
	const { suite, signal } = flags;
	const runner = cargoRunner(surroundings);
	const words = splitCargoWords(flags.words);
	const startedAt = clock.now();
	const junit =
		flags.junit === undefined
			? undefined
			: resolve(surroundings.cwd, flags.junit);
	// Told before the tests have run for an hour.
	if (junit !== undefined) await mustBeWritable(junit);
	const crate = await findCrate(
		runner,
		{
			root: surroundings.root,
			folder: settings.toolchain.worker_crate,
			what: "worker",
			key: "worker_crate",
		},
		signal,
	);
	const backend = yield* chooseBackend({
		asked: flags.backend,
		settings: settings.build,
		runner: surroundings.runner,
		platform: surroundings.platform,
		signal,
	});
	const { features } = workerNames(settings.toolchain, backend);
	requireFeatures(crate, features);
	const selection = select(suite, settings.toolchain, crate);
	const target: CargoTarget = {
		folder: crate.folder,
		features,
		release: false,
	};

	const locks: LockPlaces = {
		...artifactsOf(words.cargo, crate),
		cargoHome: cargoHome(surroundings),
		ownPid: surroundings.pid,
	};
	const compiled = yield* followBuild({
		runner,
		spec: compileTestsSpec(target, selection, words.cargo),
		label: "tests",
		locks,
		signal,
	});
	const programs = listPrograms(compiled, suite);
	const targets = [];
	for (const program of programs)
		targets.push(
			yield* runTarget({
				...program,
				runner,
				spec: runTestsSpec(target, program.selection, words.cargo, [
					...words.libtest,
					...(flags.filter === undefined ? [] : ["--", flags.filter]),
				]),
				locks,
				now: clock.now,
				signal,
			}),
		);
	const report: TestReport = {
		suite,
		crate: crate.name,
		backend,
		startedAt: new Date(startedAt).toISOString(),
		durationMs: clock.now() - startedAt,
		...countTargets(targets),
		warnings: compiled.warnings,
		targets,
	};
	if (flags.filter !== undefined && countCases(report) === 0)
		yield {
			type: "note",
			level: "warn",
			text: `no test has ${flags.filter} in its name`,
		};
	if (junit === undefined) return report;
	try {
		await writeFileAtomic(junit, stringifyJunit(report));
	} catch (error) {
		throw unwritable(junit, error);
	}
	return { ...report, junit };
}

/** Where cargo puts what it compiles, with these words. */
function artifactsOf(
	words: readonly string[],
	crate: Crate,
): Pick<LockPlaces, "targetDirectory" | "profile"> {
	const release = words.includes("--release") || words.includes("-r");
	const profile =
		wordValue(words, "--profile") ?? (release ? "release" : "test");
	return {
		// cargo runs in the crate's folder.
		targetDirectory: resolve(
			crate.folder,
			wordValue(words, "--target-dir") ?? crate.targetDirectory,
		),
		profile: profileFolder(profile),
	};
}

/** cargo's flags for a suite; none: everything. */
function select(
	suite: Suite,
	settings: ToolchainSettings,
	crate: Crate,
): string[] {
	if (suite === "all") return [];
	if (suite === "unit") return ["--lib"];
	const key = suite === "smoke" ? "smoke_tests" : "integration_tests";
	requireTests(crate, settings[key], key);
	return settings[key].flatMap((name) => ["--test", name]);
}

type Program = { kind: string; name: string; selection: string[] };

// The order in which `cargo test` itself runs them.
const ORDER = ["lib", "bin", "test", "example", "doc"];

/** The test programs that cargo has made, and the documentation's tests, which have none. */
function listPrograms({ artifacts }: Compiled, suite: Suite): Program[] {
	const programs = artifacts
		.filter(({ test, executable }) => test && executable !== undefined)
		.map(({ kind, name }) => {
			// `rlib`, `cdylib` and the like are the library in another form.
			const asked = ["bin", "test", "example"].includes(kind) ? kind : "lib";
			return {
				kind: asked,
				name,
				selection: asked === "lib" ? ["--lib"] : [`--${asked}`, name],
			};
		});
	const library = artifacts.find(({ doctest, test }) => doctest && !test);
	if (suite === "all" && library !== undefined)
		programs.push({ kind: "doc", name: library.name, selection: ["--doc"] });
	return programs.sort(
		(left, right) =>
			ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind) ||
			left.name.localeCompare(right.name),
	);
}

async function mustBeWritable(path: string): Promise<void> {
	try {
		await access(dirname(path), constants.W_OK);
		if ((await stat(path).catch(() => undefined))?.isDirectory())
			throw new Error("it is a folder");
	} catch (error) {
		throw unwritable(path, error);
	}
}

function unwritable(path: string, error: unknown): LlorchError {
	const reason = hasCode(error, "ENOENT")
		? "its folder does not exist"
		: (error as Error).message;
	return new LlorchError(
		"LLORCH_TEST_REPORT_UNWRITABLE",
		`the test report ${path} cannot be written: ${reason}`,
		{ details: { path } },
	);
}
