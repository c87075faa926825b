// Tests that compute for minutes; the default configuration, in package.json, leaves them out.
export default {
  files: ["dist/**/*.long.test.js"],
  workerThreads: false,
  timeout: "10m",
};
