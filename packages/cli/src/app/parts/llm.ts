import { createLlm, type Llm } from "@llorch/llm";
import type { App } from "../app.ts";

export async function openLlm(app: App): Promise<Llm> {
	return createLlm({ runner: await app.runner() });
}
