import os
import subprocess
import sys

from ballbot_fusion.bench.machine import in_words, machine


def test_what_others_do_is_seen_and_said() -> None:
    hog = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        found = machine(0.5)
    finally:
        hog.kill()
        hog.wait()
    one = 100.0 / (os.cpu_count() or 1)
    assert found["others_before_%"] > 0.5 * one
    assert found["busy"] == (found["others_before_%"] > 10.0)
    quiet = {**found, "busy": False, "others_before_%": 0.4, "taken_%": 0.0}
    assert "; 0 % in use before the bench" in in_words(quiet)
