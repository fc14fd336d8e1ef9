"""Parameters of the recorder."""

from typing import Literal

from pydantic import Field

from ballbot_fusion.nodes.lifecycle import NodeSettings
from ballbot_fusion.recording.bag_writer import Limits

MB = 1 << 20


class RecorderSettings(NodeSettings):
    """Parameters of the recorder."""

    directory: str = ""
    """Folder for recordings, each in a folder of its own with the time of its beginning; ~ is your
    home. Needed."""
    robot: str = ""
    """Robot file; empty: the robot that config/robot.yaml describes."""
    lockstep: bool = False
    """Set by mode:=lockstep: have the simulation wait until this node listens, and miss nothing."""
    stamped_command: bool = False
    """cmd_vel is geometry_msgs/TwistStamped instead of Twist."""
    compression: Literal["none", "lz4", "zstd"] = "none"
    """Of the files: lz4 halves most of them for a tenth of a core more at full rates."""
    split_mb: int = Field(1024, ge=1)
    """A file ends at this size, and the next begins, MB."""
    keep_free_mb: int = Field(1024, ge=0)
    """Recording pauses while the disk has less room than this, MB."""
    queue_mb: int = Field(64, ge=1)
    """Memory for what waits to be written; what comes beyond it is lost, and counted, MB."""
    flush_s: float = Field(0.5, gt=0.0, le=1.0)
    """A crash loses at most this much of what was received, s."""
    sync: bool = True
    """Wait until the disk has it, so that a crash of the whole machine loses no more than that."""
    duration_s: float = Field(0.0, ge=0.0)
    """End after this long, s; 0: record until told to stop."""

    @property
    def limits(self) -> Limits:
        """What the recording may take."""
        return Limits(
            queue_bytes=self.queue_mb * MB,
            split_bytes=self.split_mb * MB,
            keep_free_bytes=self.keep_free_mb * MB,
            flush_s=self.flush_s,
            compression=self.compression,
            sync=self.sync,
        )
