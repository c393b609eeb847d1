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
		// Many tests wait for processes and not for the processor.
		maxWorkers: 4,
		// A hang ends here; nothing waits for it. Slow machines are not hung.
		testTimeout: 120_000,
		hookTimeout: 120_000,
		coverage: {
			provider: "v8",
			reportOnFailure: true,
			include: ["packages/*/src/**/*.ts"],
			// testkit is tried by every test that uses it; these two only start the program (sessions run them as children).
			exclude: [
				"**/*.test.ts",
				"**/*.fixture.ts",
				"**/generated/**",
				"packages/testkit/**",
				"packages/cli/src/main.ts",
				"packages/cli/src/process.ts",
				// Both ends of a forwarded command are programs of their own: tests/remote runs them as children, over a real sshd,
				// where this process cannot see their lines.
				"packages/cli/src/far-process.ts",
				"packages/cli/src/app/forwarding*.ts",
				"packages/cli/src/app/remote/**",
				"packages/cli/src/commands/remote/**",
				"packages/cli/src/render/remote-*.ts",
				"packages/remote/src/setup/**",
				"**/*.child.ts",
			],
			reporter: ["text-summary", "json-summary"],
			reportsDirectory: ".cache/coverage",
			thresholds: {
				lines: 90,
				"packages/config/src/**/*.ts": { lines: 100 },
				"packages/*/src/**/errors.ts": { lines: 100 },
				"packages/core/src/errors.ts": { lines: 100 },
				"packages/catalog/src/catalog/*.ts": { lines: 100 },
			},
		},
	},
});
