import { once } from "node:events";
import { Readable } from "node:stream";
import type { Wire } from "./app/far.ts";
import type { Invocation } from "./app/invocation.ts";
import { runFar } from "./far.ts";

/** Far mode, `llorch --far`: serves one command to a near llorch, frames coming on stdin and going to stdout. */
export function runFarProcess(invocation: Invocation): Promise<number> {
	const { stdin, stdout, stderr } = invocation;
	const wire: Wire = {
		read: stdin,
		async write(bytes) {
			if (!stdout.write(bytes) && !stdout.destroyed)
				await once(stdout, "drain", { signal: invocation.signal });
		},
	};
	return runFar(wire, {
		...invocation,
		argv: [],
		// The streams belong to the wire; a far llorch has no screen.
		stdin: Readable.from([]),
		stdout: stderr,
	});
}
