// What the platform's runtime has, and Deno alone has not.
globalThis.EdgeRuntime = { waitUntil: (/** @type {Promise<unknown>} */ work) => void work.catch(() => undefined) };
