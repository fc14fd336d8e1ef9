"""What may go wrong between a sensor and its reader. A new fault is a file here and a line below.

What core says to each (core/synchronizer.py; RECOVERING follows wherever a stream was masked):

| fault   | IMU            | encoders       | cameras               | echo of the motors |
|---------|----------------|----------------|-----------------------|--------------------|
| missing | SILENT, 30 ms  | SILENT, 40 ms  | SILENT, 100 ms        | trusted for ever   |
| frozen  | FROZEN, 30 ms  | not noticed    | FROZEN, 200 ms        | not noticed        |
| late    | STALE_STAMP    | STALE_STAMP    | STALE_STAMP           | not judged         |
| jitter  | STALE_STAMP    | STALE_STAMP    | STALE_STAMP           | not judged         |
| noisy   | not judged     | not judged     | not judged            | refused            |
| black   | refused        | refused        | ALL_INVALID, 100 ms   | refused            |

Late and jitter: once latency and silence reach the stale limit of the stream (the times above);
SILENT until the first late sample arrives. Encoders at rest honestly repeat themselves, so that
frozen ones look like a robot that stands still.
"""

from ballbot_fusion.simulation.faults.fault import ALWAYS, Fault, FaultPlan
from ballbot_fusion.simulation.faults.line import FAULTS, FaultLine

__all__ = ["ALWAYS", "FAULTS", "Fault", "FaultLine", "FaultPlan"]
