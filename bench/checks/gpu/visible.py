"""The UUIDs of the cards that CUDA itself gives a process, in its order, as JSON; or its error."""
import ctypes
import json
import uuid

driver = ctypes.CDLL("libcuda.so.1")
code = driver.cuInit(0)
if code != 0:
    print(json.dumps({"error": code}))
else:
    count = ctypes.c_int()
    driver.cuDeviceGetCount(ctypes.byref(count))
    found = []
    for index in range(count.value):
        handle, raw = ctypes.c_int(), (ctypes.c_ubyte * 16)()
        driver.cuDeviceGet(ctypes.byref(handle), index)
        driver.cuDeviceGetUuid_v2(raw, handle)
        found.append(f"GPU-{uuid.UUID(bytes=bytes(raw))}")
    print(json.dumps({"uuids": found}))
