import type { Event } from "@llorch/core";
import { hasDigests, whyUnverified } from "../catalog/gaps.ts";
import type { ModelState } from "./state.ts";
import type { Target } from "./target.ts";

const note = (level: "info" | "warn", text: string): Event => ({
	type: "note",
	level,
	text,
});

/** What one should know before a model is fetched: its licence first. Nothing when all of it is here already. */
export function* tellBefore(
	{ name, model, repo }: Target,
	state: ModelState,
	endpoint: string,
): Generator<Event> {
	if (state === "ready" || state === "unchecked" || state === "found") return;
	const page = `${endpoint}/${repo}`;
	if (model?.terms !== undefined)
		yield note(
			"warn",
			`${name} is under the ${model.terms}, which is not a free licence: by using it you accept it (${page})`,
		);
	else
		yield note(
			"info",
			`${name}: licence ${model?.license ?? "unknown to llorch, see"} ${model?.license === undefined ? page : `(${page})`}`,
		);
	if (model === undefined) return;
	const reason = whyUnverified(model);
	if (reason !== undefined)
		yield note(
			hasDigests(model) ? "info" : "warn",
			`${name} is unverified: ${reason}`,
		);
	if (model.changed !== undefined)
		yield note("info", `${name}: ${model.changed}`);
}

/** What is still to be done with a model that was fetched. */
export function* tellAfter({ name, model }: Target): Generator<Event> {
	if (model?.converts !== undefined)
		yield note(
			"warn",
			`llama.cpp cannot load ${name} as it is: it must be converted to ${model.converts}, which llorch does not do yet`,
		);
}
