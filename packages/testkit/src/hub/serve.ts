import { text as readText } from "node:stream/consumers";
import { tinyModelRepos } from "../model.ts";
import { type HubOptions, startHub } from "./hub.ts";

const USAGE = `usage: node packages/testkit/src/hub/serve.ts [JSON | -]

Serves a loopback hub until it is interrupted, and prints its URL on the first line of stdout, then a line per request that is over.
The JSON (on stdin with -) is what startHub takes, for example
  {"repos": {"org/name": {"files": {"README.md": "text", "model.gguf": {"size": 1000000}, "other.gguf": {"path": "/a/file"}}}},
   "faults": [{"path": "model.gguf", "cutAfter": 5000, "times": 1}]}
Without it, the hub has the tiny model.
`;

const [argument, ...rest] = process.argv.slice(2);
if (rest.length > 0 || argument === "--help" || argument === "-h") {
	process.stderr.write(USAGE);
	process.exit(2);
}
const options: HubOptions =
	argument === undefined
		? { repos: tinyModelRepos() }
		: JSON.parse(argument === "-" ? await readText(process.stdin) : argument);
const hub = await startHub({
	...options,
	onRequest: ({ server, method, url, status, range, bytesSent }) =>
		console.log(
			[server, method, url, status, range ?? "-", bytesSent].join(" "),
		),
});
console.log(hub.url);
for (const signal of ["SIGINT", "SIGTERM"] as const)
	process.once(signal, () => void hub.close());
