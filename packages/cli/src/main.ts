#!/usr/bin/env node
import { version } from "./app/version.ts";

const argv = process.argv.slice(2);

// The shortest way to the commonest question: nothing else is loaded for it.
// `| true` and a full disk are no bugs; process.ts listens for all other commands.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	process.exitCode ||= error.code === "EPIPE" ? 141 : 1;
});

if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-v")) {
	process.stdout.write(`${version}\n`);
} else if (argv.length === 1 && argv[0] === "--build-id") {
	// For `remote setup`: is what was put on a host the llorch that put it there?
	const { buildId } = await import("./app/build-id.ts");
	process.stdout.write(`${await buildId()}\n`);
} else {
	const { runProcess } = await import("./process.ts");
	await runProcess(argv);
}
