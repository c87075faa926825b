// Laws over all strategies, pruners and many seeds: four minutes of CPU. The default configuration,
// in package.json, leaves them out.
export default {
  files: ["dist/**/*.laws.test.js"],
  workerThreads: false,
  timeout: "60m",
  serial: true,
};
