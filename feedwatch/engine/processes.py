"""Whether other processes of this machine run. Light enough for a screen to ask."""

from __future__ import annotations

import os


def is_alive(pid: int) -> bool:
    """Whether another process of this machine runs. In a container that was restarted the dead one had our own id."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
