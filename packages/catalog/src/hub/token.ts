import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, LlorchError } from "@llorch/core";
import { type Env, firstSet, huggingFaceHome, isOn } from "./environment.ts";

/** A login for the hub, and where it was found, for messages. */
export type HubToken = { value: string; from: string };

/**
 * The token that hf would send: `HF_TOKEN`, its older name `HUGGING_FACE_HUB_TOKEN`, else the file that `hf auth login`
 * writes. None with `HF_HUB_DISABLE_IMPLICIT_TOKEN`. Throws LLORCH_HUB_TOKEN_INVALID.
 * (huggingface_hub, utils/_auth.py and constants.py.)
 */
export async function readToken(from: {
	env: Env;
	home: string;
}): Promise<HubToken | undefined> {
	const { env } = from;
	if (isOn(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
	for (const name of ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]) {
		const value = env[name]?.trim();
		if (value) return check({ value, from: name });
	}
	const file =
		firstSet(env, ["HF_TOKEN_PATH"], from.home) ??
		join(huggingFaceHome(env, from.home), "token");
	try {
		const value = (await readFile(file, "utf8")).trim();
		return value === "" ? undefined : check({ value, from: file });
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR", "EISDIR")) return undefined;
		if (!hasCode(error, "EACCES", "EPERM")) throw error;
		throw new LlorchError(
			"LLORCH_HUB_TOKEN_INVALID",
			`the hub's token in ${file} cannot be read`,
			{
				hint: "Make the file readable for you, or set HF_TOKEN, or HF_HUB_DISABLE_IMPLICIT_TOKEN=1 to go without.",
				cause: error,
			},
		);
	}
}

/** A line break or a control character would end up in the request's header. */
function check(token: HubToken): HubToken {
	if (/^[\x21-\x7e]+$/.test(token.value)) return token;
	throw new LlorchError(
		"LLORCH_HUB_TOKEN_INVALID",
		`${token.from} does not hold a token of the hub: it has spaces, line breaks or other characters that no token has`,
		{ hint: "Copy the token again from the hub's page of access tokens." },
	);
}
