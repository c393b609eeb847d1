import { access } from "node:fs/promises";

/** Whether something is there (through links), and we may see it. */
export async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
