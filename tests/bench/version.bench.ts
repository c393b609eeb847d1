import { binaryFile } from "../../scripts/build.ts";
import { tool } from "../../scripts/paths.ts";
import { compare, report } from "./pairs.ts";

const node = { file: tool("node"), args: ["-e", "0"] };

/** How soon the program is there, against doing nothing on Node 24. */
export function main(): void {
	report(
		"llorch --version / node -e 0",
		compare({ file: binaryFile, args: ["--version"] }, node, 21),
		0.8,
	);
	report(
		"llorch --help / node -e 0",
		compare({ file: binaryFile, args: ["--help"] }, node, 21),
		1.5,
	);
}
