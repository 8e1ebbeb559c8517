"""Directories for files that need outlast a process, but not a power cut."""

import os
from tempfile import TemporaryDirectory

IN_MEMORY = "/dev/shm"


def scratch_directory() -> TemporaryDirectory[str]:
    """A directory that goes when its block ends; in memory, where the system has such a place.

    A store waits for its disk with every step, and what is measured or killed here is the client.
    """
    return TemporaryDirectory(dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None)
