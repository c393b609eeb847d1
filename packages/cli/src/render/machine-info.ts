import { sanitize } from "@llorch/core";
import type { Fact, MachineInfo } from "@llorch/toolchain";
import type { Style } from "../app/style.ts";

/** What each program said, below its command line. */
export function formatMachineInfo(
	{ facts }: MachineInfo,
	style: Style,
): string {
	return facts.map((fact) => formatFact(fact, style)).join("");
}

function formatFact({ command, text, missing }: Fact, style: Style): string {
	const lines = [
		...(text === undefined ? [] : sanitize(text).split("\n")),
		...(missing === undefined ? [] : [style.warn(`(${sanitize(missing)})`)]),
	];
	return `${style.bold(`$ ${command}`)}\n${lines.map((line) => `${line}\n`).join("")}`;
}
