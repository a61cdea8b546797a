import subprocess
import sys
from pathlib import Path

import pytest

from sourcing.failure import ExitCode, Failure
from sourcing.lock import lock_path, run_lock

HOLD = """
import sys
from sourcing.lock import run_lock
with run_lock(sys.argv[1]):
    print("held", flush=True)
    input()
"""


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sourcing.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Failure, match=f"process {holder.pid}") as met, run_lock(url):
            pass
        assert met.value.code is ExitCode.LOCKED
        holder.kill()
    with run_lock(url):
        assert lock_path(url).exists()


def test_the_lock_of_a_server_tells_no_password() -> None:
    path = lock_path("postgresql+psycopg://me:hunter2@db.example/x")
    assert "hunter2" not in str(path)
    assert path == lock_path("postgresql+psycopg://me:other@db.example/x")
