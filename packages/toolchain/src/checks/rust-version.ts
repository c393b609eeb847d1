import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Check, type Finding, succeeded } from "@llorch/core";
import type { Surroundings } from "../surroundings.ts";
import { ask, lookRunner } from "./ask.ts";

/** The Rust that the repository asks for in its rust-toolchain.toml, against the one that would build it. */
export function rustVersionCheck(surroundings: Surroundings): Check {
	const { root } = surroundings;
	return {
		id: "rust-toolchain",
		title: "Rust version",
		timeoutMs: 10_000,
		async run(signal) {
			const wanted = await readToolchain(root);
			if (wanted === undefined) return [];
			const answer = await ask(
				lookRunner(surroundings),
				{ file: "rustc", args: ["--version"], cwd: root },
				signal,
			);
			// That there is no Rust at all is another check's finding.
			if (answer === undefined) return [];
			if (!succeeded(answer.result))
				return [describeRefusal(wanted, answer.stderr)];
			return [compare(wanted, answer.stdout)];
		},
	};
}

/** A channel as it stands in the file, and the file's name. */
export type WantedToolchain = { channel: string; file: string };

/** (https://rust-lang.github.io/rustup/overrides.html#the-toolchain-file: the file without an ending goes first.) */
async function readToolchain(
	root: string,
): Promise<WantedToolchain | undefined> {
	for (const file of ["rust-toolchain", "rust-toolchain.toml"]) {
		const text = await readFile(join(root, file), "utf8").catch(
			() => undefined,
		);
		if (text === undefined) continue;
		const channel = parseChannel(text);
		if (channel !== undefined) return { channel, file };
	}
	return undefined;
}

/** The `channel` of the file; its oldest form is the channel alone. */
export function parseChannel(text: string): string | undefined {
	const key = /^\s*channel\s*=\s*["']([^"']+)["']/m.exec(text)?.[1];
	if (key !== undefined) return key;
	const only = text.trim();
	return /^[\w.-]+$/.test(only) ? only : undefined;
}

function describeRefusal(wanted: WantedToolchain, stderr: string): Finding {
	const { channel, file } = wanted;
	if (/is not installed/.test(stderr))
		return {
			level: "warning",
			text: `${file} asks for Rust ${channel}, which is not installed`,
			fix: { run: ["rustup", "toolchain", "install", channel], safe: true },
		};
	const reason = stderr.split("\n").find((line) => line.trim() !== "") ?? "";
	return {
		level: "warning",
		text: `${file} asks for Rust ${channel}, and rustc does not start: ${reason.trim()}`,
	};
}

/** A rustc that is not rustup's knows nothing of the file: then the versions tell. */
export function compare(wanted: WantedToolchain, answer: string): Finding {
	const { channel, file } = wanted;
	const [, version = "", kind = "stable"] =
		/^rustc (\d+\.\d+\.\d+)(?:-(nightly|beta))?/.exec(answer) ?? [];
	const asked = /^(\d+\.\d+(?:\.\d+)?)/.exec(channel)?.[1];
	const fits =
		asked === undefined
			? // A named channel, perhaps with a date or a target behind it; a toolchain of another name may be anything.
				!/^(stable|beta|nightly)/.test(channel) || channel.startsWith(kind)
			: version === asked || version.startsWith(`${asked}.`);
	const found = kind === "stable" ? version : `${version}-${kind}`;
	return fits
		? { level: "ok", text: `Rust ${found}, as ${file} asks` }
		: {
				level: "warning",
				text: `${file} asks for Rust ${channel}, and rustc here is ${found}`,
			};
}
