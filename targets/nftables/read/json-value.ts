/** What JSON.parse makes. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** JSON as a value. Whole numbers from 16 digits on, which no number holds, are their digits. Throws a SyntaxError. */
export const parseJson = (text: string): Json => JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (token) => (token.startsWith('"') ? token : `"${token}"`))) as Json;

export const isObject = (json: Json | undefined): json is JsonObject => typeof json === 'object' && json !== null && !Array.isArray(json);
export const isList = (json: Json | undefined): json is readonly Json[] => Array.isArray(json);

/** The only entry of an object of one: how nft writes statements and expressions. */
export function entryOf(json: Json | undefined): readonly [string, Json] | undefined {
  if (!isObject(json)) return undefined;
  const [first, ...more] = Object.entries(json);
  return more.length === 0 ? first : undefined;
}

export const textAt = (json: JsonObject, key: string): string | undefined => {
  const value = json[key];
  return typeof value === 'string' ? value : undefined;
};

export const numberAt = (json: JsonObject, key: string): number | undefined => {
  const value = json[key];
  return typeof value === 'number' ? value : undefined;
};

/** A whole number of any size. */
export const bigAt = (json: JsonObject, key: string): bigint | undefined => {
  const value = json[key];
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : undefined;
};

/** The same text for the same meaning: keys in order, no space. */
export function normalText(json: Json): string {
  if (isList(json)) return `[${json.map(normalText).join(',')}]`;
  if (!isObject(json)) return JSON.stringify(json);
  return `{${Object.keys(json).sort().map((key) => `${JSON.stringify(key)}:${normalText(json[key] ?? null)}`).join(',')}}`;
}

/** Whether some object in it satisfies `wanted`. */
export function anyObject(json: Json, wanted: (object: JsonObject) => boolean): boolean {
  if (isList(json)) return json.some((one) => anyObject(one, wanted));
  return isObject(json) && (wanted(json) || Object.values(json).some((one) => anyObject(one, wanted)));
}
