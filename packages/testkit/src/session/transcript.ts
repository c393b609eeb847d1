/** Text that grows as a process writes it, and a way to wait for a part of it without sleeping. */
export class Transcript {
	text = "";
	/** No more will come. */
	ended = false;
	private readonly decoder = new TextDecoder();
	private readonly waiting = new Set<() => void>();

	add(bytes: Uint8Array): void {
		this.text += this.decoder.decode(bytes, { stream: true });
		this.wake();
	}

	end(): void {
		if (this.ended) return;
		this.text += this.decoder.decode();
		this.ended = true;
		this.wake();
	}

	/**
	 * Resolves with the first match in the text, or in what `clean` makes of it. Rejects when the process ends without one,
	 * and then shows what it wrote instead.
	 */
	waitFor(
		pattern: RegExp | string,
		{ clean = (text: string) => text } = {},
	): Promise<RegExpExecArray> {
		return new Promise((resolve, reject) => {
			const look = () => {
				const match = search(clean(this.text), pattern);
				if (match === null && !this.ended) return;
				this.waiting.delete(look);
				if (match !== null) resolve(match);
				else
					reject(
						new Error(`${pattern} never came; the output was:\n${this.text}`),
					);
			};
			this.waiting.add(look);
			look();
		});
	}

	private wake(): void {
		for (const look of [...this.waiting]) look();
	}
}

function search(
	text: string,
	pattern: RegExp | string,
): RegExpExecArray | null {
	const expression =
		typeof pattern === "string"
			? new RegExp(pattern.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
			: pattern;
	expression.lastIndex = 0;
	return expression.exec(text);
}
