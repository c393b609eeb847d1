import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createCli } from "@llorch/cli/reference";
import {
	llorchSession,
	realTest,
	type SessionResult,
	startHub,
} from "@llorch/testkit";
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
function masked({
	stdout,
	stderr,
	code,
}: Pick<SessionResult, "stdout" | "stderr" | "code">) {
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

const HUB_REPO = "TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF";
const MODEL = Buffer.alloc(300_000, "a model ");

/** A repository with a submodule, both pushed to remotes beside it: the same on every host, to the hash. */
const MAKE_REPOSITORY = `set -e
export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
for name in candle llama-orch; do
	git init --quiet --bare remotes/$name.git
	git clone --quiet remotes/$name.git Projects/$name 2>/dev/null
	cd Projects/$name
	echo "# $name" >README.md
	echo "[workspace]" >Cargo.toml
	if [ $name = llama-orch ]; then
		git submodule --quiet add /home/far/remotes/candle.git reference/candle
	fi
	git add --all
	git commit --quiet --message Start
	git push --quiet --set-upstream origin main
	cd ../..
done
echo changed >>Projects/llama-orch/README.md
`;

realTest(
	["sshd", "git"],
	"every command prints the same with --remote as over there",
	async () => {
		await using hub = await startHub({
			repos: { [HUB_REPO]: { files: { "tiny.gguf": MODEL } } },
		});
		// Two hosts that are alike: each goes through the same lines, one by hand, one with --remote.
		const host = {
			node: true,
			files: {
				".gitconfig":
					'[user]\n\tname = A Developer\n\temail = dev@example.com\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n',
				".config/llorch/config.toml": `version = 1
[models]
endpoint = "${hub.url}"
catalog = "~/catalog.toml"
`,
				"catalog.toml": `version = 1
[[model]]
id = "tinyllama"
dir = "tinyllama"
repo = "${HUB_REPO}"
revision = "${hub.commit(HUB_REPO)}"
license = "MIT"
[[model.files]]
path = "tiny.gguf"
size = ${MODEL.length}
sha256 = "${createHash("sha256").update(MODEL).digest("hex")}"
`,
			},
		};
		await using world = await makeSshWorld({
			hosts: { mac: host, twin: host },
		});
		const llorch = llorchSession(world);
		const setup = await llorch("remote setup mac,twin --json");
		const { build } = JSON.parse(setup.stdout).result.hosts[0].result;
		const made = await llorch(["remote", "exec", "mac,twin", MAKE_REPOSITORY]);
		expect(made, made.stderr).toMatchObject({ code: 0 });
		expect(forwarded.length).toBeGreaterThan(35);
		const lines = forwarded.flatMap((line) => [line, `${line} --json`]);
		const byHand = llorch(
			["remote", "exec", "twin", scriptOf(lines, `~/.llorch/bin/${build}`)],
			{ killAfter: 300_000 },
		);
		const here: SessionResult[] = [];
		for (const line of lines) here.push(await llorch(withRemote(line)));
		expect(await byHand).toMatchObject({ stdout: "", stderr: "", code: 0 });
		for (const [index, line] of lines.entries()) {
			const [stdout = "", stderr = "", code] = ["out", "err", "code"].map(
				(name) =>
					readFileSync(`${world.hosts.twin?.home}/${index}.${name}`, "utf8"),
			);
			expect(masked(here[index] as SessionResult), line).toEqual(
				masked({ stdout, stderr, code: Number(code) }),
			);
		}
		expect(await world.hosts.mac?.quiet(2000)).toEqual([]);
	},
	300_000,
);

/** Runs all lines by hand, one after the other; what each did stands in files of the home folder. */
function scriptOf(lines: readonly string[], folder: string): string {
	return [
		"cd Projects/llama-orch",
		...lines.map(
			(line, index) =>
				`${folder}/llorch ${line} </dev/null >~/${index}.out 2>~/${index}.err; echo $? >~/${index}.code`,
		),
	].join("\n");
}

/** Words after `--` are not ours. */
function withRemote(words: string): string {
	return words.includes(" -- ")
		? words.replace(" -- ", " --remote mac -- ")
		: `${words} --remote mac`;
}
