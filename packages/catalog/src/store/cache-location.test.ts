import { describe, expect, test } from "vitest";
import { locateCache } from "./cache-location.ts";

describe("the cache's place", () => {
	test.each([
		[{}, "/home/me/.cache/huggingface/hub"],
		[{ XDG_CACHE_HOME: "/xdg" }, "/xdg/huggingface/hub"],
		[{ XDG_CACHE_HOME: "/xdg", HF_HOME: "/hf" }, "/hf/hub"],
		[{ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
		[{ HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/new" }, "/new"],
		[{ HF_HUB_CACHE: "", HF_HOME: "/hf" }, "/hf/hub"],
		[{ HF_HOME: "~/hf" }, "/home/me/hf/hub"],
	])("of %o", (env, expected) => {
		expect(locateCache(env, "/home/me")).toBe(expected);
	});
});
