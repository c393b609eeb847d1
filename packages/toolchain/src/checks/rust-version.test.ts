import { expect, test } from "vitest";
import { compare, parseChannel } from "./rust-version.ts";

test.each([
	['[toolchain]\nchannel = "1.85.0"\n', "1.85.0"],
	["[toolchain]\n  channel='nightly-2026-01-02' # why\n", "nightly-2026-01-02"],
	["stable\n", "stable"],
	['[toolchain]\npath = "/opt/rust"\n', undefined],
	["", undefined],
])("the channel of %j", (text, channel) => {
	expect(parseChannel(text)).toBe(channel);
});

test.each([
	["1.95.0", "rustc 1.95.0 (59807616e 2026-04-14)", "ok"],
	["1.95", "rustc 1.95.2 (59807616e 2026-04-14)", "ok"],
	["1.9", "rustc 1.95.0 (59807616e 2026-04-14)", "warning"],
	["1.85.0-x86_64-unknown-linux-gnu", "rustc 1.85.0", "ok"],
	["1.85.0", "rustc 1.95.0", "warning"],
	["stable", "rustc 1.95.0", "ok"],
	["nightly", "rustc 1.95.0", "warning"],
	["nightly-2026-01-02", "rustc 1.97.0-nightly (a 2026-01-01)", "ok"],
	["stable", "rustc 1.97.0-beta.2 (a 2026-01-01)", "warning"],
	["our-own", "rustc 1.97.0-nightly", "ok"],
])("%s against %s: %s", (channel, answer, level) => {
	const finding = compare({ channel, file: "rust-toolchain.toml" }, answer);
	expect(finding.level).toBe(level);
});
