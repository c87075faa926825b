/**
 * Training with TensorFlow.js: back-ends, optimizers, schedules, models, data and probes. Its packages
 * are optional: where they are not installed, importing this throws the line that installs them.
 *
 * @module hpo/tfjs
 */
// The build puts the check of ./peers.ts in this file's place (.ci/guard-tfjs.js).
export * from "./exports.ts";
