// ECMA-48: CSI, OSC/DCS/SOS/PM/APC strings (ended by BEL or ST), then any other two-byte escape.
const ESCAPES =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes -- ECMA-48
	/(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes -- C0 but tab and newline, DEL, C1
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// Unicode bidirectional overrides can make a line read differently from what it says ("Trojan Source", CVE-2021-42574).
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/** Text from outside, safe to show on a terminal: no escape sequences, no control characters but tab and newline. */
export function sanitize(text: string): string {
	return text.replace(ESCAPES, "").replace(CONTROLS, "").replace(BIDI, "");
}
