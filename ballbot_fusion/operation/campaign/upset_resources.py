"""Processor, memory and disk that run out."""

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ballbot_fusion.operation.campaign.around import Around
from ballbot_fusion.operation.campaign.live import Live
from ballbot_fusion.operation.campaign.upset import CannotBeDoneError, Upset, done
from ballbot_fusion.operation.hogs import hogs

LASTS_S, SOON_S = 5.0, 20.0
PAUSES = "nothing is recorded"
"""How the recorder's sentence begins when it cannot write."""
SMALL_MIB = 1536
"""Size of the disk that is filled, MiB: more than the recorder demands to be free."""
LEFT_MIB = 1024
"""Memory that is left to others, MiB."""
FILLED_S = 180
"""How long it may take to take it, s: some machines give memory slowly."""
_FILL = """
import sys, time
size = int(sys.argv[1])
held = bytearray(size)
held[::4096] = bytes(len(range(0, size, 4096)))
print("full", flush=True)
time.sleep(600)
"""


def _available_mib() -> int:
    for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    raise CannotBeDoneError("/proc/meminfo does not say how much memory is available")


@contextmanager
def short_memory() -> Iterator[None]:
    """Take all memory but LEFT_MIB, every page of it, for the length of a block."""
    wanted = _available_mib() - LEFT_MIB
    if wanted <= 0:
        raise CannotBeDoneError(f"less than {LEFT_MIB} MiB of memory are available")
    command = [sys.executable, "-c", _FILL, str(wanted * 2**20)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as filler:
        try:
            assert filler.stdout is not None
            if not select.select([filler.stdout], [], [], FILLED_S)[0]:
                raise CannotBeDoneError(f"{wanted} MiB of memory were not filled in {FILLED_S} s")
            yield
        finally:
            filler.kill()


def _hog(live: Live) -> None:
    with hogs(os.cpu_count() or 1):
        live.pass_time(LASTS_S)


def _hog_and_burst(live: Live) -> None:
    live.faults(f"imu burst size 20 for {LASTS_S:g}")
    _hog(live)


def _fill_memory(live: Live) -> None:
    with short_memory():
        live.pass_time(LASTS_S)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Around]:
    """Record onto a small disk of its own (in memory)."""
    disk = folder / "disk"
    disk.mkdir(parents=True)
    done(("mount", "-t", "tmpfs", "-o", f"size={SMALL_MIB}m", "ballbot", str(disk)))
    try:
        yield Around((f"record:={disk}",))
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _fill_disk(live: Live) -> None:
    """Fill it while the recorder writes; once there is room again, it must record on."""
    filler = live.folder / "disk" / "filler"
    with suppress(OSError), filler.open("wb") as file:
        for _ in range(SMALL_MIB):
            file.write(bytes(2**20))
    pauses = live.said.await_(lambda v: v["recorder"]["message"].startswith(PAUSES), SOON_S)
    live.pass_time(LASTS_S)
    filler.unlink()
    resumes = live.said.await_(lambda v: not v["recorder"]["message"].startswith(PAUSES), SOON_S)
    if not (pauses and resumes):
        raise RuntimeError(
            f"The recorder must pause on a full disk ({pauses}) and record on once there is room "
            f"({resumes}); it says {live.said.values['recorder']}."
        )


UPSETS = {
    "all cores busy for 5 s": Upset(_hog),
    "all cores busy for 5 s, IMU bursts": Upset(_hog_and_burst),
    "memory short for 5 s": Upset(_fill_memory),
    "disk full while recording": Upset(_fill_disk, _small_disk),
}
"""By the name of the row in core/reactions/computer.py."""
