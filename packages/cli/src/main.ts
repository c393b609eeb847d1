#!/usr/bin/env node
import { version } from "./app/version.ts";

const argv = process.argv.slice(2);

// The shortest way to the commonest question: nothing else is loaded for it.
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-v")) {
	process.stdout.write(`${version}\n`);
} else {
	const { runProcess } = await import("./process.ts");
	await runProcess(argv);
}
