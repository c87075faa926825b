// Module hooks: what a test imports of dist is loaded anew for each run, and ava is the run's own.
let root;
/** Of what a test loads otherwise: the file of a study, say, has no run of its own. */
let latest = "";

export function initialize(data) {
  root = data.root;
}

export async function resolve(specifier, context, next) {
  const run = /\?run=\d+$/.exec(context.parentURL ?? "")?.[0] ?? latest;
  if (specifier === "ava" && run !== "") {
    const url = `data:text/javascript,export default globalThis.avaChain; // ${run}`;
    return { url, shortCircuit: true };
  }
  const found = await next(specifier, context);
  latest = /\?run=\d+$/.exec(found.url)?.[0] ?? latest;
  // Libraries hold no state of a test.
  const isOwn = found.url.startsWith(root) && !/\/vendor\/|\.bundle\.js$/.test(found.url);
  return isOwn && !found.url.includes("?") ? { ...found, url: found.url + run } : found;
}
