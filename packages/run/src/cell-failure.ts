/** Thrown by a cell's work that failed with something to show for it: the row keeps `partial` beside the error. */
export class CellFailure<V> extends Error {
	override readonly name = "CellFailure";
	readonly partial: V;

	constructor(error: unknown, partial: V) {
		super(error instanceof Error ? error.message : String(error), {
			cause: error,
		});
		this.partial = partial;
	}
}
