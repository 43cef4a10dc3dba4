// In place of @types/jsdom, which vitest's types import and which brings the types of a browser's globals.
export class JSDOM {}
export type ConstructorOptions = object;
export type CookieJar = object;
