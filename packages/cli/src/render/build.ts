import {
	formatBytes,
	formatCount,
	formatDuration,
	type Question,
	sanitize,
} from "@llorch/core";
import type { Built, Cleaned } from "@llorch/toolchain";

/** The program's path, so that `$(llorch build worker cpu)` is it. */
export function formatBuilt({ path }: Built): string {
	return `${sanitize(path)}\n`;
}

/** What it took: `llorch-cpu-candled (release): 4.21 MB, 2 warnings, 29 units in 12.3 s`. */
export function formatBuildCounts(built: Built): string {
	const { binary, profile, bytes, warnings, units, fresh, durationMs } = built;
	const parts = [
		formatBytes(bytes),
		...(warnings > 0 ? [formatCount(warnings, "warning")] : []),
		fresh
			? "up to date"
			: `${formatCount(units, "unit")} in ${formatDuration(durationMs)}`,
	];
	return `${sanitize(binary)} (${profile}): ${parts.join(", ")}\n`;
}

/** The question before everything that was built goes. */
export function askBuildClean({ folder, files, size }: Cleaned): Question {
	return {
		id: "build-clean",
		kind: "confirm",
		text: `Delete ${sanitize(folder)}?`,
		danger: `This goes: ${formatCount(files, "file")}, ${size}. The next build starts from nothing.`,
		flag: "--force",
	};
}

export function formatBuildCleaned({ folder, files, size }: Cleaned): string {
	return files === 0
		? `nothing is built in ${sanitize(folder)}\n`
		: `deleted ${sanitize(folder)}: ${formatCount(files, "file")}, ${size}\n`;
}
