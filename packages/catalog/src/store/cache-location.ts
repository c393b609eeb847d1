import { join, resolve } from "node:path";
import { type Env, firstSet, huggingFaceHome } from "../hub/environment.ts";

/**
 * The hub folder of the Hugging Face cache, where hf and llama.cpp look too: `HF_HUB_CACHE`, its older name
 * `HUGGINGFACE_HUB_CACHE`, `$HF_HOME/hub`, `$XDG_CACHE_HOME/huggingface/hub`, `~/.cache/huggingface/hub`. Absolute.
 */
export function locateCache(env: Env, home: string): string {
	return resolve(
		firstSet(env, ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"], home) ??
			join(huggingFaceHome(env, home), "hub"),
	);
}
