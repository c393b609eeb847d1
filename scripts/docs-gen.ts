import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./paths.ts";
import { generatedFiles, REFERENCE_FOLDER } from "./reference.ts";

/** `pnpm run docs:gen`: writes everything that is generated from the code, and removes pages of what is gone. */
export async function main(): Promise<number> {
	const files = await generatedFiles();
	for (const [path, text] of files) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	}
	for (const name of readdirSync(join(root, REFERENCE_FOLDER)))
		if (!files.has(`${REFERENCE_FOLDER}/${name}`))
			rmSync(join(root, REFERENCE_FOLDER, name));
	console.log(`wrote ${files.size} files`);
	return 0;
}
