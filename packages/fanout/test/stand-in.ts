import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { World } from "@llorch/testkit";

/**
 * A stand-in for `llm` where a test needs times and failures that the real one cannot be made to give, or gives at 0.4 s
 * of CPU each. What it does is in the model's name.
 */
const SCRIPT = `#!/bin/sh
case $1 in
--version) echo "llm, version 9.9"; exit ;;
logs) echo "$LLM_USER_PATH/logs.db"; exit ;;
esac
model=$3
prompt=$(cat)
echo "$model" >> "$LLM_USER_PATH/calls"
case $model in
slow*)
	echo first
	echo thinking >&2
	sleep 600
	;;
flaky)
	if [ "$(grep -c flaky "$LLM_USER_PATH/calls")" -lt 3 ]; then
		printf half
		echo "Error: Connection error." >&2
		exit 1
	fi
	echo "got $prompt"
	;;
big) awk 'BEGIN { for (i = 0; i < 20000; i++) print "0123456789" }' ;;
killed) printf half; kill -KILL $$ ;;
broken) echo "Error: Error code: 400 - no" >&2; exit 1 ;;
*) echo "$model: $prompt" ;;
esac
`;

/** Puts the stand-in on the world's PATH, with a log database that has llm's tables as far as llorch needs them. */
export async function useStandIn(world: World): Promise<void> {
	await world.program("llm", SCRIPT);
	const folder = world.env.LLM_USER_PATH ?? world.home;
	await mkdir(folder, { recursive: true });
	const db = new DatabaseSync(join(folder, "logs.db"));
	db.exec(`
		CREATE TABLE _llm_migrations (name TEXT PRIMARY KEY);
		CREATE TABLE turns (id TEXT PRIMARY KEY, thread_id TEXT, model TEXT)`);
	db.close();
}
