"""PHP's own web server as a child process that never outlives us."""

import atexit
import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

WORKERS = 4
DEADLINE = 20.0  # seconds until a server that does not answer counts as dead


class ServerDied(Exception):
    """PHP ended, or did not answer in time; the message holds the end of its log."""


def free_port() -> int:
    """Return a TCP port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`php -S` over one folder of scripts: a process group of its own, with a log file."""

    def __init__(self, root: Path, port: int, log: Path, env: dict[str, str], *options: str) -> None:
        """Start it. `options` go to PHP before `-S`; raise ServerDied if it does not answer."""
        self.port, self.log = port, log
        command = ["php", *options, "-S", f"127.0.0.1:{port}", "-t", str(root)]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **env, "PHP_CLI_SERVER_WORKERS": str(WORKERS)},
                process_group=0,
            )
        self.guard = _guard(self.process.pid)
        atexit.register(self.stop)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> None:
        deadline = time.monotonic() + DEADLINE
        while self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.01)
        raise ServerDied(f"PHP's server did not start. Its log ends:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """End the server and its workers; may be called twice."""
        atexit.unregister(self.stop)
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(2)
        if self.guard.stdin:
            self.guard.stdin.close()
        self.guard.wait(2)
        deadline = time.monotonic() + 2
        while group_lives(self.process.pid) and time.monotonic() < deadline:
            time.sleep(0.01)


def _guard(group: int) -> subprocess.Popen[bytes]:
    """Start a shell that ends the whole group as soon as its standard input closes: even if we are killed."""
    script = 'cat >/dev/null; kill -s KILL -- "-$0"'
    return subprocess.Popen(["sh", "-c", script, str(group)], stdin=subprocess.PIPE, process_group=group)


def group_lives(group: int) -> bool:
    """Tell whether any process of this group still runs; one that only waits to be reaped does not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _parent, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                return True
    return False
