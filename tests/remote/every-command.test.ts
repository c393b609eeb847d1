import { createCli } from "@llorch/cli/reference";
import { llorchSession, realTest, type SessionResult } from "@llorch/testkit";
import { makeSshWorld } from "@llorch/testkit/ssh";
import { expect } from "vitest";

/** Lines instead of a command's first example, where that one would not end by itself or is not the same twice. */
const LINES: Readonly<Record<string, string>> = {
	"dev doctor": "dev doctor",
	"fanout run": "fanout run -m no-such-model -p why",
};

const forwarded = createCli()
	.definitions()
	.filter(({ options }) =>
		options.some(({ definition }) => definition.includes("--remote ")),
	)
	.map(({ path, examples }) => {
		const words = path.replace(/^llorch /, "");
		return LINES[words] ?? (examples?.[0]?.[1] ?? "").replace(/^llorch /, "");
	});

/** What may differ: times, and the host that hints name. */
function masked({ stdout, stderr, code }: SessionResult) {
	const mask = (text: string) =>
		text
			.replaceAll(/ --remote mac/g, "")
			.replaceAll(/,"--remote","mac"/g, "")
			.replaceAll(/"(durationMs|freeBytes)":\d+/g, '"$1":0')
			.replaceAll(/\d+(\.\d+)? (ms|s)\b/g, "0 ms")
			.replaceAll(/\d{4}-\d\d-\d\d[T-][\d:.-]+Z?/g, "TIME")
			.replaceAll(/[\d.]+ GB/g, "SOME GB");
	return { stdout: mask(stdout), stderr: mask(stderr), code };
}

/** Nothing answers there, so no example reaches a network. */
const CONFIG =
	'version = 1\n[models]\nendpoint = "http://127.0.0.1:9"\nattempts = 1\n';

realTest(
	["sshd"],
	"every command prints the same with --remote as over there",
	async () => {
		// Two hosts that are alike: each goes through the same lines, one by hand, one with --remote.
		const host = {
			node: true,
			files: { ".config/llorch/config.toml": CONFIG },
		};
		await using world = await makeSshWorld({
			hosts: { mac: host, twin: host },
		});
		const llorch = llorchSession(world);
		const setup = await llorch("remote setup mac,twin --json");
		const { build } = JSON.parse(setup.stdout).result.hosts[0].result;
		expect(forwarded.length).toBeGreaterThan(10);
		for (const line of forwarded)
			for (const json of ["", " --json"]) {
				const words = `${line}${json}`;
				const [there, here] = await Promise.all([
					llorch([
						"remote",
						"exec",
						"twin",
						`.llorch/bin/${build}/llorch ${words} </dev/null`,
					]),
					llorch(`${withRemote(words)}`),
				]);
				expect(masked(here), words).toEqual(masked(there));
			}
		expect(await world.hosts.mac?.quiet(2000)).toEqual([]);
	},
	300_000,
);

/** Words after `--` are not ours. */
function withRemote(words: string): string {
	return words.includes(" -- ")
		? words.replace(" -- ", " --remote mac -- ")
		: `${words} --remote mac`;
}
