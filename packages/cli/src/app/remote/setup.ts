import { realpathSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
	capture,
	formatRunResult,
	LlorchError,
	quotePosix,
	succeeded,
	type Work,
} from "@llorch/core";
import {
	filesOf,
	type HostFacts,
	type HostSession,
	probeHost,
	putBuild,
	type TarFile,
} from "@llorch/remote";
import type { App } from "../app.ts";
import { buildId, builtInId, checkout } from "../build-id.ts";
import { findReleased } from "./released.ts";

export type SetupResult = {
	host: string;
	build: string;
	platform: string;
	/** Where it was taken from; absent when it was there already. */
	source?: string;
	status: "installed" | "present";
};

/**
 * Puts this very llorch on a host, unless it is there. Throws as `putBuild` does, and LLORCH_REMOTE_WRONG_PLATFORM when there is
 * nothing here that runs there.
 */
export async function* setUpHost(
	{ host, runner }: HostSession,
	options: { app: App; force: boolean; binary: string | undefined },
): Work<SetupResult> {
	const { app, force } = options;
	const { signal } = app;
	const id = await buildId();
	const facts = await probeHost(runner, { signal });
	signal.throwIfAborted();
	const platform = `${facts.os}-${facts.arch}`;
	const done = { host: host.name, build: id, platform };
	if (facts.builds.includes(id) && !force && options.binary === undefined)
		return { ...done, status: "present" };
	const { files, source } = await chooseBuild(
		app,
		facts,
		host.name,
		options.binary,
	);
	yield {
		type: "note",
		level: "info",
		text: `${host.name} is ${platform}: taking llorch from ${source}`,
	};
	const totalBytes = files.reduce(
		(sum, { content }) =>
			sum +
			("bytes" in content ? content.bytes.length : statSync(content.path).size),
		0,
	);
	const replace = force || options.binary !== undefined;
	yield* putBuild(runner, { id, files, totalBytes, replace, signal });
	return { ...done, status: "installed", source };
}

type Build = { files: TarFile[]; source: string };

/** The llorch for a host: the file that was named, ours where it fits, the bundle where Node runs it, one of a release. */
async function chooseBuild(
	app: App,
	facts: HostFacts,
	host: string,
	binary: string | undefined,
): Promise<Build> {
	const executable = (path: string): Build => ({
		files: [{ name: "llorch", mode: 0o755, content: { path } }],
		source: path,
	});
	if (binary !== undefined) {
		const path = resolve(app.cwd, binary);
		if (statSync(path, { throwIfNoEntry: false })?.isFile())
			return executable(path);
		throw new LlorchError("LLORCH_USAGE", `there is no file ${path}`);
	}
	const isExecutable = process.versions.bun !== undefined;
	const fits = facts.os === process.platform && facts.arch === process.arch;
	if (isExecutable && fits) return executable(process.execPath);
	if (!isExecutable && runsBundle(facts.node)) return bundle(app);
	const folder = isExecutable
		? dirname(process.execPath)
		: await releaseOfCheckout();
	const released =
		folder === undefined ? undefined : await findReleased(folder, facts);
	if (released !== undefined) return executable(released);
	const name = `llorch-${facts.os}-${facts.arch}`;
	throw new LlorchError(
		"LLORCH_REMOTE_WRONG_PLATFORM",
		`there is no llorch here for ${host}, which is ${facts.os}-${facts.arch}${facts.node === undefined ? " and has no Node" : ` with Node ${facts.node}`}`,
		{
			hint: isExecutable
				? `Put ${name} of the same release beside ${process.execPath}, or name it with --binary.`
				: "A host needs Node 22.19 or newer for a llorch that runs from source. Else it takes an executable: of `npx -y pnpm@12 run build --release` in the checkout, or --binary FILE.",
			run: ["remote", "setup", host, "--binary", name],
		},
	);
}

function runsBundle(version: string | undefined): boolean {
	const [major = 0, minor = 0] = (version ?? "0.0").split(".").map(Number);
	return major > 22 || (major === 22 && minor >= 19);
}

/** The release that was built of the sources as they are now. */
async function releaseOfCheckout(): Promise<string | undefined> {
	if (builtInId() !== undefined) return undefined;
	const folder = join(checkout, "dist", "release");
	return (await readId(folder)) === (await buildId()) ? folder : undefined;
}

/** Which build stands in a folder that the build script made; empty: none. */
async function readId(folder: string): Promise<string> {
	const text = readFile(join(folder, "build-id"), "utf8").catch(() => "");
	return (await text).trim();
}

/** The npm bundle with a starter: our own folder when we are it, in a checkout one made of the sources as they are now. */
async function bundle(app: App): Promise<Build> {
	const folder =
		builtInId() === undefined
			? await bundleOfCheckout(app)
			: // npm starts us by a link in its folder of programs.
				dirname(realpathSync(process.argv[1] ?? ""));
	const starter = [
		"#!/bin/sh",
		// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
		'exec node "${0%/*}/npm/llorch.js" "$@"',
		"",
	].join("\n");
	return {
		files: [
			{ name: "llorch", mode: 0o755, content: { bytes: Buffer.from(starter) } },
			...(await filesOf(folder, "npm")),
		],
		source: folder,
	};
}

async function bundleOfCheckout(app: App): Promise<string> {
	const folder = join(checkout, "dist", "npm");
	const id = await buildId();
	if ((await readId(folder)) === id) return folder;
	const words = [
		join(checkout, "scripts", "start.mjs"),
		"build",
		"--bundle-only",
	];
	const runner = await app.runner();
	const ran = await capture(
		runner,
		{ file: process.execPath, args: words, cwd: checkout },
		{ signal: app.signal },
	);
	app.signal.throwIfAborted();
	if (succeeded(ran.result) && (await readId(folder)) === id) return folder;
	throw new LlorchError(
		"LLORCH_REMOTE_SETUP_FAILED",
		`the bundle could not be made (${formatRunResult(ran.result)}): ${ran.stderr.trim().split("\n").at(-1) ?? ""}`,
		{ hint: `By hand: ${quotePosix(["node", ...words])}` },
	);
}
