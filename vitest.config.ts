import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: [
			"packages/*/src/**/*.test.ts",
			"packages/*/test/**/*.test.ts",
			"tests/**/*.test.ts",
		],
		// clipanion's ESM build imports directories, which Node's resolver refuses.
		server: { deps: { inline: ["clipanion"] } },
		testTimeout: 30_000,
		hookTimeout: 60_000,
	},
});
