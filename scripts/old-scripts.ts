/** One action of a script that llorch replaces. */
export type OldAction = {
	/** As the script wrote it, without its own name. */
	old: string;
	/** What it did. */
	did: string;
	/** The commands in its place; `H` stands for a host, other capitals for words of one's own. */
	now: readonly string[];
	/** How the title of a test names it. */
	test: string;
};

export type OldScript = {
	name: string;
	usage: string;
	actions: readonly OldAction[];
	/** What the script did badly, and what is true now. */
	better: readonly string[];
};

const git = (
	old: string,
	did: string,
	now: string | readonly string[],
): OldAction => ({
	old,
	did,
	now: [now].flat(),
	test: `llorch-git ${old}`,
});

const models = (
	old: string,
	did: string,
	now: string,
	test = `llorch-models ${old}`,
): OldAction => ({ old, did, now: [now], test });

const remote = (
	old: string,
	did: string,
	...now: readonly string[]
): OldAction => ({ old, did, now, test: `llorch-remote ${old}` });

/** The models that had a script of their own. */
export const DOWNLOADED = [
	"tinyllama",
	"qwen",
	"qwen-fp16",
	"phi3",
	"llama3",
	"llama32",
	"llama2",
	"mistral",
	"gpt2",
	"granite",
] as const;

/** The scripts that llorch replaces, action by action: docs/migration.md is made of this. */
export const oldScripts: readonly OldScript[] = [
	{
		name: "llorch-git",
		usage:
			"llorch-git ACTION [--submodule NAME] [--branch NAME] [--all] [--force]",
		actions: [
			git(
				"status",
				"last commit, branch, remote, changes, submodules",
				"git status",
			),
			git("pull", "pull --rebase, then the submodules", "git pull"),
			git("sync", "fetch, reset --hard origin/main, submodules", [
				"git sync",
				"git sync --force",
			]),
			git(
				"submodules",
				"every submodule with branch, commit, changes",
				"git submodules list",
			),
			git(
				"submodule-branch --submodule S",
				"its branch, commit and all branches",
				"git submodules branch S",
			),
			git(
				"submodule-branch --submodule S --branch B",
				"fetch, and check B out in S",
				"git submodules branch S B",
			),
			git(
				"submodule-update --all",
				"submodule update --remote",
				"git submodules update --all",
			),
			git(
				"submodule-update --submodule S",
				"the same for one",
				"git submodules update S",
			),
			git(
				"submodule-reset --submodule S",
				"submodule update --init (and no reset, whatever its name)",
				"git submodules reset S",
			),
			git("clean", "dry run, question, clean -f -d", "git clean"),
			git("branches", "branch -vv, branch -r", "git branches"),
			git("log", "log --oneline --graph --decorate -20", [
				"git log",
				"git log -n 20",
			]),
		],
		better: [
			"`sync` threw uncommitted work away after one key, and did not say what was lost. Now it is shown before, and `llorch git undo` brings it back.",
			"Only `main`, only one submodule after the other. Now the branch that is followed, and all submodules at once.",
		],
	},
	{
		name: "llorch-models",
		usage: "llorch-models ACTION [MODEL] [--force]",
		actions: [
			models("catalog", "the ten models", "models catalog"),
			models(
				"list",
				"every model file under the base folder, with its size",
				"models list",
			),
			models(
				"download M",
				"fetched it with `hf`; printed a sha256 and compared it with nothing",
				"models download M",
			),
			models(
				"download gpt2|granite",
				"fetched the repository, and converted it with llama.cpp",
				"models download gpt2",
			),
			models(
				"info M",
				"the catalog's facts, local files, disk usage",
				"models info M",
			),
			models(
				"verify M",
				"whether the file was there and not empty",
				"models verify M",
			),
			models(
				"delete M",
				"rm -rf of the folder, without a question",
				"models delete M",
			),
			models("disk-usage", "du -sh for each and all", "models disk-usage"),
		],
		better: [
			"Nothing was verified. Now every byte is hashed while it arrives, and a wrong one is exit code 4 and never gets the file's name.",
			"`delete qwen` deleted `qwen-fp16` too, because they share a folder. Now what another model needs stays.",
			'Two of the catalog\'s "verified" files did not exist. `llorch models info ID` says what stands in their place.',
			"`granite` needs no conversion any more: it is IBM's own GGUF. `gpt2` comes as safetensors; llorch does not convert yet.",
			"`LLORCH_MODEL_BASE_DIR` and the folders in it are the same: files that are there are hashed and adopted, not fetched again.",
		],
	},
	{
		name: "llorch-remote",
		usage:
			"llorch-remote HOST ACTION [BACKEND] [--model PATH] [--port 8080] [--device 0]",
		actions: [
			remote("status", "git status, system, Rust", "git status --remote H"),
			remote("pull", "llorch-git pull", "git pull --remote H"),
			remote("sync", "llorch-git sync --force", "git sync --force --remote H"),
			remote("models-list", "llorch-models list", "models list --remote H"),
			remote(
				"models-download",
				"llorch-models download",
				"models download M --remote H",
			),
			remote("models-info", "llorch-models info", "models info M --remote H"),
			remote(
				"build B",
				"cargo build --release of the worker",
				"build worker cuda --remote H",
			),
			remote(
				"test B",
				"cargo test; a failing test was exit code 0",
				"test all --backend cuda --remote H",
			),
			remote(
				"smoke B",
				"--test team_009_smoke",
				"test smoke --backend cuda --remote H",
			),
			remote("unit B", "--lib", "test unit --backend cuda --remote H"),
			remote(
				"integration B",
				"--test team_011_integration",
				"test integration --backend cuda --remote H",
			),
			remote(
				"inference B",
				"started the worker on port 9876, printed its story",
				"test inference cuda --remote H",
			),
			remote(
				"debug-inference B",
				"the same with RUST_LOG=debug and 20 tokens",
				"test inference cuda --debug --remote H",
			),
			remote(
				"logs B",
				"the worker's log and the last answer from /tmp",
				"test logs cuda --remote H",
			),
			remote("info B", "uname, GPU, Rust", "dev info cuda --remote H"),
			remote("clean", "cargo clean, rm -rf target", "build clean --remote H"),
			remote(
				"all B",
				"pull, build, test, inference",
				"dev all --backend cuda --remote H",
			),
		],
		better: [
			"`|| true` behind every test: a failing one was exit code 0. Now the exit code is that of the tests, and they are named.",
			"Host keys were not checked. Now they are, by your known_hosts; an unknown one is shown and asked about.",
			"Fixed ports and `/tmp` paths: two runs collided. Now each has a free port and a log of its own.",
			"A worker outlived a lost connection. Now it ends with it.",
			"Arguments were pasted into shell strings. Now every word arrives as it is.",
			"`LLORCH_REMOTE_PATH`, `LLORCH_REPO_URL` and `LLORCH_TEST_MODEL_PATH` mean what they meant; `LLORCH_REMOTE_HOST` is retired.",
		],
	},
	{
		name: "download_*.sh",
		usage: "download_MODEL.sh",
		actions: DOWNLOADED.map((id) => ({
			old: `download_${id}.sh`,
			did: "fetched one model",
			now: [`models download ${id}`],
			test: "download_%s.sh",
		})),
		better: [
			"A download that was interrupted began anew. Now it goes on where it was.",
		],
	},
];
