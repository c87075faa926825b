"""A trial of `npm run check:gpu`: sees what it is given, works on its card, ends as its case says."""
import json
import os
import signal
import sys
import time

import torch

case = json.loads(os.environ["HPO_PARAMS"]).get("case", "train")
seconds = float(os.environ.get("CHECK_SECONDS", "0"))
began = time.time()
marker = os.path.join(os.environ["HPO_CHECKPOINT_DIR"], "begun")
is_again = os.path.exists(marker)

if not torch.cuda.is_available():
    sys.exit("no CUDA in this trial: CUDA_VISIBLE_DEVICES=" + os.environ.get("CUDA_VISIBLE_DEVICES", "unset"))
held = torch.ones(256 << 20, dtype=torch.uint8, device="cuda")
with open(marker, "w") as file:
    file.write(str(os.getpid()))


def train():
    x = torch.randn(2048, 2048, device="cuda")
    while time.time() < began + seconds:
        x = torch.tanh(x @ x)
        torch.cuda.synchronize()


def illegal_access():
    """A kernel of PTX that writes where nothing is."""
    import ctypes

    ptx = b""".version 7.0
.target sm_75
.address_size 64
.visible .entry wild() { .reg .u64 %a; mov.u64 %a, 4096; st.global.u32 [%a], 7; ret; }
"""
    driver, module, kernel = ctypes.CDLL("libcuda.so.1"), ctypes.c_void_p(), ctypes.c_void_p()
    assert driver.cuModuleLoadData(ctypes.byref(module), ptx) == 0
    assert driver.cuModuleGetFunction(ctypes.byref(kernel), module, b"wild") == 0
    assert driver.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, None, None, None) == 0
    torch.cuda.synchronize()


def bad_index():
    embedding = torch.nn.Embedding(10, 4).cuda()
    print(embedding(torch.tensor([3, 12], device="cuda")).sum().item())


def distributed_bad_index():
    """The same while NCCL's watchdog looks on."""
    os.environ.update(RANK="0", WORLD_SIZE="1", MASTER_ADDR="127.0.0.1", MASTER_PORT="0")
    store = torch.distributed.HashStore()
    torch.distributed.init_process_group("nccl", store=store, rank=0, world_size=1)
    torch.distributed.all_reduce(held[:4])
    torch.cuda.synchronize()
    embedding = torch.nn.Embedding(10, 4).cuda()
    sums = embedding(torch.tensor([3, 12], device="cuda"))
    torch.distributed.all_reduce(sums.detach())
    time.sleep(3)
    print(sums.sum().item())


train()
if case == "outOfMemory":
    torch.empty(1 << 42, dtype=torch.uint8, device="cuda")
elif case == "badIndex":
    bad_index()
elif case == "distributedBadIndex":
    distributed_bad_index()
elif case == "illegalAccess":
    illegal_access()
elif case == "nan":
    print(json.dumps({"value": (held[:1].float() * torch.inf * 0).item()}))
    sys.exit(0)
elif case == "exception":
    raise ValueError("the data set has 3 columns, 4 were expected")
elif case == "killed" and not is_again:
    os.kill(os.getpid(), signal.SIGKILL)
elif case == "hang" and not is_again:
    time.sleep(600)

properties = torch.cuda.get_device_properties(0)
saw = {
    "count": torch.cuda.device_count(),
    "uuid": str(getattr(properties, "uuid", "")),
    "name": properties.name,
    "visible": os.environ.get("CUDA_VISIBLE_DEVICES"),
    "device": os.environ.get("HPO_TRIAL_DEVICE"),
    "again": is_again,
    "from": began,
    "to": time.time(),
}
print(json.dumps({"value": 1.0, "attrs": {"saw": saw}}))
