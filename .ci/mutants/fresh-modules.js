// Module hooks: what a test imports of dist is loaded anew for each run, and ava is the run's own.
let root;

export function initialize(data) {
  root = data.root;
}

export async function resolve(specifier, context, next) {
  const run = /\?run=\d+$/.exec(context.parentURL ?? "")?.[0];
  if (run === undefined) return next(specifier, context);
  if (specifier === "ava") {
    const url = `data:text/javascript,export default globalThis.avaChain; // ${run}`;
    return { url, shortCircuit: true };
  }
  const found = await next(specifier, context);
  // Libraries hold no state of a test.
  const isOwn = found.url.startsWith(root) && !/\/vendor\/|\.bundle\.js$/.test(found.url);
  return isOwn && !found.url.includes("?") ? { ...found, url: found.url + run } : found;
}
