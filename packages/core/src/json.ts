/** Any value that survives `JSON.parse(JSON.stringify(v))`. */
export type Json =
	| null
	| boolean
	| number
	| string
	| Json[]
	| { [key: string]: Json };
