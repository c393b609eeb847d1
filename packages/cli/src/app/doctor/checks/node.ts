import type { Check } from "@llorch/core";
import { installPackage, type Machine } from "../machine.ts";
import { isOlder } from "../version-number.ts";

/** The `engines` of the workspace: what our dependencies need. */
export const OLDEST_NODE = "22.19";

/** What runs llorch. A compiled binary brings its own runtime, and then Node does not matter. */
export type Runtime = {
	llorch: string;
	/** The program that runs: node, bun, or llorch itself. */
	path: string;
	node: string;
	/** Set where Bun runs us: as the compiled binary, or in development. */
	bun?: string | undefined;
};

export function nodeCheck(
	runtime: Runtime,
	machine: () => Promise<Machine>,
): Check {
	return {
		id: "node",
		title: "Node",
		timeoutMs: 5_000,
		async run() {
			const { llorch, path, node, bun } = runtime;
			if (bun !== undefined)
				return [
					{
						level: "ok",
						text: `llorch ${llorch}, compiled (Bun ${bun}): ${path}`,
					},
				];
			if (!isOlder(node, OLDEST_NODE))
				return [
					{ level: "ok", text: `llorch ${llorch} on Node ${node}: ${path}` },
				];
			return [
				{
					level: "error",
					text: `llorch needs Node ${OLDEST_NODE} or newer, and ${path} is Node ${node}`,
					...(await installNode(machine)),
				},
			];
		},
	};
}

async function installNode(machine: () => Promise<Machine>) {
	const { fix } = installPackage(await machine(), { brew: ["node"] });
	// Linux distributions' own packages are seldom new enough; the npm package `node` is Node itself.
	const npm = ["npm", "install", "--global", "node@24"];
	return { fix: fix ?? { run: npm, safe: false } };
}
