// Long tests that kill processes; the default configuration, in package.json, leaves them out.
export default {
  files: ["dist/**/*.faults.test.js"],
  workerThreads: false,
  timeout: "30m",
  serial: true,
};
