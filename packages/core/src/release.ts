/**
 * Gives the memory of bytes back that nobody will look at again. Collectors count the small object and not what stands behind it: a stream of
 * 1 GiB grew to 220 MiB (Bun 1.4.5), 180 MiB (Node 24). What may share its memory with others is left alone: small pieces, and slices of
 * Node's pool, which are never more than half of it.
 */
export function releaseBytes({ buffer, byteLength }: Uint8Array): void {
	const alone = byteLength > 4096 && buffer.byteLength - byteLength < 1024;
	if (alone && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
