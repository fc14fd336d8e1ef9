"""What a guide goes by: how far the way is clear, for one set of cameras."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.simulation.teacher.routes import Routes


class Seen(NamedTuple):
    """One look."""

    cameras: int
    """How many see."""
    clear: NDArray[np.float64]
    """(spokes,) clear distances over ground that is seen, m."""
    known: NDArray[np.float64]
    """(spokes,) the same where ground counts as clear unless something bad is seen, m."""
    routes: Routes | None = None
    """Ways round; None: it keeps to one of the spokes."""
