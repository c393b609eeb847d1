import type { Invocation } from "../invocation.ts";

/** Our terminal, given to a program on a host. */
export type NearTerminal = {
	columns: number;
	rows: number;
	/** Every key as it is typed, Ctrl-C included: the far terminal makes a signal of it. */
	input: AsyncIterable<Uint8Array>;
	onResize(listener: (columns: number, rows: number) => void): void;
	/** Gives the terminal back as it was. */
	restore(): void;
};

/** Hands our terminal over: raw keys, no echo of ours. Undefined where stdin and stdout are no terminal. */
export function takeTerminal(invocation: Invocation): NearTerminal | undefined {
	const { stdin, stdout } = invocation;
	if (stdin.isTTY !== true || stdout.isTTY !== true) return undefined;
	const keys = stdin as typeof stdin & { setRawMode?(raw: boolean): void };
	const size = () => ({
		columns: stdout.columns ?? 80,
		rows: (stdout as { rows?: number }).rows ?? 24,
	});
	keys.setRawMode?.(true);
	let listener: (() => void) | undefined;
	return {
		...size(),
		input: stdin,
		onResize(tell) {
			listener = () => tell(size().columns, size().rows);
			stdout.on("resize", listener);
		},
		restore() {
			if (listener !== undefined) stdout.off("resize", listener);
			keys.setRawMode?.(false);
			stdin.pause();
		},
	};
}
