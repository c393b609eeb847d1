import { readFileSync } from "node:fs";
import { join } from "node:path";
import { validateXML } from "xmllint-wasm";

const SCHEMA = readFileSync(
	join(import.meta.dirname, "fixtures", "junit.xsd"),
	"utf8",
);

/** Holds a report against the schema of Jenkins. */
export async function validateJunit(
	xml: string,
): Promise<{ valid: boolean; errors: string[] }> {
	const { valid, errors } = await validateXML({
		xml: { fileName: "report.xml", contents: xml },
		schema: { fileName: "junit.xsd", contents: SCHEMA },
	});
	return { valid, errors: errors.map(({ message }) => message) };
}
