/** Messages of allocators that failed, and about processes that were killed for their memory. */
const OUT_OF_MEMORY = new RegExp(
  [
    // CUDA, HIP, MPS, OpenCL, cuBLAS and cuDNN, PyTorch, CuPy, JAX, V8, Go; Java's OutOfMemoryError.
    "out[ _]?of[ _]?memory",
    "RESOURCE_?EXHAUSTED",
    "_STATUS_ALLOC_FAILED",
    "cudaErrorMemoryAllocation",
    "CL_MEM_OBJECT_ALLOCATION_FAILURE",
    "\\(OOM\\)",
    "\\bOOM when allocating",
    // Python and what it wraps: numpy's _ArrayMemoryError, Arrow's, C++'s bad_alloc; libc, R.
    "MemoryError\\b",
    "\\bbad_alloc\\b",
    "\\bunable to allocate [\\d.]+ ?[KMGTP]?i?B\\b",
    "\\bfailed to allocate memory\\b",
    "c(?:an't|annot|ould not) (?:allocate|enlarge) (?:memory|vector|array|buffer)",
    // XGBoost, Rust, WebAssembly.
    "\\bmemory allocation (?:error|of \\d+ bytes failed)",
    "array buffer allocation failed",
    // PyTorch's DataLoader, whose worker the kernel killed or that found no room in /dev/shm; joblib's.
    "DataLoader worker \\([^)]*\\)+ is killed by signal: Killed",
    "workers are out of shared memory",
    "exit codes of the workers are \\{SIGKILL",
  ].join("|"),
  "i",
);

/** TensorFlow's warning of an allocation that it could do without. */
const NO_FAILURE = /not a failure/;

/** Errors of a program's own, whatever their text says: an assertion on a handler, a library's static memory. */
const OWN_MISTAKE = new RegExp(
  "^\\s*(?:[\\w.]+\\.)?(?:Assertion|Value|Type|Key|Index|Lookup|Attribute|Name|UnboundLocal|Import|ModuleNotFound|" +
    "NotImplemented|Syntax|Indentation|Recursion|ZeroDivision|FileNotFound|FileExists|Permission|Unicode|UnicodeDecode|" +
    "UnicodeEncode|JSONDecode|Reference)Error(?:: |$)",
);

/** Whether an exception's line is of a kind that never means that memory ran out. */
export const isOwnMistake = (line: string): boolean => OWN_MISTAKE.test(line);

/** Whether a message or a program's lines say that memory ran out. */
export const saysOutOfMemory = (text: string): boolean =>
  OUT_OF_MEMORY.test(text) &&
  text
    .split("\n")
    .some((line) => OUT_OF_MEMORY.test(line) && !NO_FAILURE.test(line) && !isOwnMistake(line));
