/** A unit of work that cargo has finished, from `--message-format=json-render-diagnostics`. */
export type Artifact = {
	packageId: string;
	/** `lib`, `bin`, `test`, `example`, `bench`, `custom-build`, `proc-macro`, … */
	kind: string;
	name: string;
	/** The program it made, if it made one. */
	executable: string | undefined;
	/** Compiled with the test harness. */
	test: boolean;
	doctest: boolean;
	/** Nothing had to be done for it. */
	fresh: boolean;
};

export type CargoMessage =
	| { reason: "artifact"; artifact: Artifact }
	| { reason: "build-script-executed" }
	| { reason: "finished"; success: boolean }
	| { reason: "other" };

type RawMessage = {
	reason?: string;
	package_id?: string;
	target?: { kind?: string[]; name?: string; doctest?: boolean };
	profile?: { test?: boolean };
	executable?: string | null;
	fresh?: boolean;
	success?: boolean;
};

/**
 * One line of cargo's stdout. A line that is no message (a build script or a procedural macro may print) is `undefined`.
 * (https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages)
 */
export function readMessage(line: string): CargoMessage | undefined {
	let raw: RawMessage;
	try {
		raw = JSON.parse(line);
	} catch {
		return undefined;
	}
	if (typeof raw !== "object" || raw === null) return undefined;
	switch (raw.reason) {
		case undefined:
			return undefined;
		case "compiler-artifact":
			return {
				reason: "artifact",
				artifact: {
					packageId: raw.package_id ?? "",
					kind: raw.target?.kind?.[0] ?? "",
					name: raw.target?.name ?? "",
					executable: raw.executable ?? undefined,
					test: raw.profile?.test === true,
					doctest: raw.target?.doctest === true,
					fresh: raw.fresh === true,
				},
			};
		case "build-script-executed":
			return { reason: "build-script-executed" };
		case "build-finished":
			return { reason: "finished", success: raw.success === true };
		default:
			return { reason: "other" };
	}
}
