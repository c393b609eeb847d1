import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { hasCode, LlorchError } from "@llorch/core";
import type { HostFacts } from "@llorch/remote";

/** `llorch-darwin-arm64` of a folder; where a SHA256SUMS is there too, it must vouch for it. Throws LLORCH_REMOTE_SETUP_FAILED. */
export async function findReleased(
	folder: string,
	{ os, arch }: Pick<HostFacts, "os" | "arch">,
): Promise<string | undefined> {
	const path = join(folder, `llorch-${os}-${arch}`);
	if (!existsSync(path)) return undefined;
	const sums = await readFile(join(folder, "SHA256SUMS"), "utf8").catch(
		(error: unknown) => {
			if (hasCode(error, "ENOENT")) return undefined;
			throw error;
		},
	);
	if (sums === undefined) return path;
	const wanted = sums
		.split("\n")
		.map((line) => line.split(/\s+\*?/))
		.find(([, name]) => name === basename(path))?.[0];
	if (wanted === (await sha256(path))) return path;
	throw new LlorchError(
		"LLORCH_REMOTE_SETUP_FAILED",
		wanted === undefined
			? `SHA256SUMS beside ${path} does not speak of it`
			: `${path} is not the file that SHA256SUMS beside it describes`,
		{ hint: "Fetch the release again." },
	);
}

async function sha256(path: string): Promise<string> {
	const hash = createHash("sha256");
	for await (const bytes of createReadStream(path)) hash.update(bytes);
	return hash.digest("hex");
}
