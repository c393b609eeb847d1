import { expect, test } from "vitest";
import { parseFacts } from "./probe.ts";

test("what a host says of itself is named as Node does, and never a path", () => {
	const kind = (os: string, arch: string) => {
		const facts = parseFacts(`os ${os}\narch ${arch}\n`);
		return `${facts.os}-${facts.arch}`;
	};
	expect(kind("Linux", "x86_64")).toBe("linux-x64");
	expect(kind("Darwin", "arm64")).toBe("darwin-arm64");
	expect(kind("linux/../../.ssh/id_ed25519", "x")).toBe("unknown-x");
	expect(kind("x", "../secret")).toBe("x-unknown");
	expect(kind("Linux\x1b]0;owned\x07", "x")).toBe("linux-x");
	expect(kind("Linux;x", "x")).toBe("unknown-x");
	expect(parseFacts("")).toMatchObject({ os: "unknown", arch: "unknown" });
});
