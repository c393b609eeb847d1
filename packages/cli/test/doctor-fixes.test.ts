import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Finding } from "@llorch/core";
import {
	makeWorld,
	realTest,
	repositoryRoot,
	type World,
} from "@llorch/testkit";
import { expect } from "vitest";
import type { Diagnosis } from "../src/app/doctor/diagnosis.ts";
import { llorch } from "./session.ts";

const MINUTE = 60_000;
const SELF = [
	process.execPath,
	join(repositoryRoot, "packages/cli/src/main.ts"),
];

realTest(
	["python3"],
	"after the fixes for a missing llm, a missing hf and a broken configuration the findings are gone",
	async ({ skip }) => {
		const text = 'version = 1\n# mine\n[fanuot]\nmodels = ["a"]\n';
		await using world = await makeWorld({
			tools: [],
			files: { ".llorch.toml": text },
		});
		const env = {
			...world.env,
			...pipSettings(),
			PATH: `${world.home}/.local/bin:${world.env.PATH}`,
		};
		const before = await troubles(world, env);
		expect(before.map(({ id }) => id)).toEqual(["config", "llm.command", "hf"]);

		for (const { fix } of before) {
			const [program = "", ...words] = fix?.run ?? [];
			const [file = "", ...args] =
				program === "llorch" ? [...SELF, ...words] : [program, ...words];
			try {
				const options = { env, cwd: world.folder };
				await promisify(execFile)(file, args, options);
			} catch (error) {
				if (process.env.LLORCH_REQUIRE_REAL !== "1" && isOffline(error))
					return skip("needs PyPI");
				throw error;
			}
		}
		expect(await troubles(world, env)).toEqual([]);
		expect(await world.read(".llorch.toml.invalid")).toBe(text);
	},
	3 * MINUTE,
);

/** What doctor has against llm, hf and the configuration. */
async function troubles(
	world: World,
	env: Record<string, string>,
): Promise<(Finding & { id: string })[]> {
	const { home, folder: cwd } = world;
	const run = await llorch("dev doctor --json", { home, cwd, env });
	const { checks } = JSON.parse(run.stdout).result as Diagnosis;
	return checks
		.filter(({ id }) => /^(config|llm\..*|hf|path)$/.test(id))
		.flatMap(({ id, findings }) =>
			findings
				.filter(({ level }) => level !== "ok")
				.map((finding) => ({ id, ...finding })),
		);
}

/** Where this machine's pip gets its packages; a world knows nothing of it. */
function pipSettings(): Record<string, string> {
	const ours = Object.entries(process.env).filter(([name]) =>
		/^(PIP_.*|SSL_CERT_FILE|https?_proxy|no_proxy)$/i.test(name),
	);
	// Offline, pip would try five times more before it says so.
	return { ...Object.fromEntries(ours), PIP_RETRIES: "0" } as Record<
		string,
		string
	>;
}

function isOffline(error: unknown): boolean {
	return /NewConnectionError|NameResolutionError|ConnectTimeout|No matching distribution/.test(
		String((error as { stderr?: string }).stderr),
	);
}
