import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ballbot_fusion.simulation.workers import worker_pool


def test_workers_compute_with_one_thread() -> None:
    with worker_pool(1) as pool:
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
            assert pool.submit(os.getenv, name).result() == "1"


_PARENT = """
import os
import time
from ballbot_fusion.simulation.workers import worker_pool
if __name__ == "__main__":
    with worker_pool(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 3600.0).result()
"""


def test_a_worker_ends_with_its_parent_however_that_ended(tmp_path: Path) -> None:
    """It went on for minutes with what it had been given, on a core that others needed."""
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = Path("/proc") / parent.stdout.readline().strip()
    assert worker.exists()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    end = time.monotonic() + 20.0
    while worker.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not worker.exists()
