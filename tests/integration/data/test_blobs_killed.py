import subprocess
import sys
from pathlib import Path

from host.data import FolderBlobs

KILLED = """
import sys
from pathlib import Path
from host.data import FolderBlobs

def chunks():
    yield b"x" * 100_000
    print("midway", flush=True)
    sys.stdin.readline()

blobs = FolderBlobs(Path(sys.argv[1]))
print(blobs.put([b"whole"]).id, flush=True)
blobs.put(chunks())
"""


def test_a_killed_process_leaves_what_it_stored_and_nothing_half_under_an_id(tmp_path: Path):
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        blob_id, midway = (process.stdout.readline().strip() for _ in range(2))
        assert midway == "midway"
        process.kill()
    named = [file for file in tmp_path.rglob("*") if file.is_file() and file.parent.name != "incoming"]
    assert [file.name for file in named] == [blob_id]
    with FolderBlobs(tmp_path).open(blob_id) as file:
        assert file.read() == b"whole"
