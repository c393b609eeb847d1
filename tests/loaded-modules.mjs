// Preloaded with `node --import`: appends the URL of every module that is loaded to the file in LLORCH_TEST_LOADED.
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";

registerHooks({
	load(url, context, nextLoad) {
		if (url.startsWith("file:"))
			appendFileSync(process.env.LLORCH_TEST_LOADED, `${url}\n`);
		return nextLoad(url, context);
	},
});
