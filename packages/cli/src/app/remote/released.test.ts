import { createHash } from "node:crypto";
import { join } from "node:path";
import { makeWorld } from "@llorch/testkit";
import { expect, test } from "vitest";
import { findReleased } from "./released.ts";

test("where there are checksums, a file that they do not vouch for is not taken", async () => {
	await using world = await makeWorld();
	const find = () =>
		findReleased(world.path("release"), { os: "darwin", arch: "arm64" });
	expect(await find()).toBeUndefined();
	await world.write({ "release/llorch-darwin-arm64": "for the Mac" });
	const path = join(world.path("release"), "llorch-darwin-arm64");
	expect(await find()).toBe(path);
	const digest = createHash("sha256").update("for the Mac").digest("hex");
	for (const [sums, outcome] of [
		["", "does not speak of it"],
		[`${digest}  llorch-linux-x64\n`, "does not speak of it"],
		[`${"0".repeat(64)}  llorch-darwin-arm64\n`, "is not the file"],
		[`${digest}  llorch-darwin-arm64\n`, path],
	] as const) {
		await world.write({ "release/SHA256SUMS": sums });
		expect(await find().catch(({ message }) => message)).toContain(outcome);
	}
});
