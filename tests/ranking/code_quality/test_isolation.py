"""What reading a hostile file may cost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
READS = """
import resource
from ranking.code_quality.isolation.supervisor import read_files
from ranking.code_quality.tree import SourceFile
hostile = b"x = [\\n" + (b"a()," * 4500 + b"\\n") * 55 + b"]\\n"
plain = b"def run(a):\\n    return a\\n"
files = [SourceFile(path=p, size=len(c), content=c) for p, c in (("a.py", hostile), ("b.py", plain))]
found, aside = read_files(files)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
print([(one.path, one.failure) for one in found], [one.path for one in aside])
"""


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS refuses to limit the address space")
def test_a_crafted_file_cannot_take_half_a_gigabyte_and_the_next_is_read() -> None:
    # In a process of its own: the peak is that of all children it ever had.
    ran = subprocess.run(
        [sys.executable, "-c", READS], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    peak, told = ran.stdout.splitlines()
    assert int(peak) < 400
    assert "a.py" in told
    assert "('b.py', '')" in told
