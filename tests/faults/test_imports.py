"""An import that is killed half-way has written nothing; the next one writes everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from dossiers.keys import Key, Keys
from dossiers.service import Dossiers
from dossiers.tables import Dossier

ROWS = 1500
KILLED = """
import sys, time
from pathlib import Path
from dossiers import importing
from tests.faults.test_imports import imported

taken = importing.Importer._count

def stop(self, *arguments):
    taken(self, *arguments)
    print("in the middle", flush=True)
    time.sleep(60)

importing.Importer._count = stop
imported(sys.argv[1], Path(sys.argv[2]))
"""


def imported(database: str, file: Path) -> bool:
    """Import a file; tell whether it was written."""
    from dossiers.importing import Importer

    store = Dossiers(database, Keys([Key("1", b"k" * 32)]))
    written = Importer(store.feed, skip_bad=False, dry_run=False).run(file).written
    store.close()
    return written


def count(database: str) -> int:
    store = Dossiers(database, Keys([Key("1", b"k" * 32)]))
    with store.engine.connect() as connection:
        found = connection.execute(select(func.count()).select_from(Dossier)).scalar_one()
    store.close()
    return int(found)


def test_an_import_that_is_killed_leaves_nothing_half_written(database: str, tmp_path: Path) -> None:
    file = tmp_path / "dossiers.csv"
    rows = [f"000.19.H24-241105-{n:04},1,Đang xử lý,0000000{n % 1000:03}" for n in range(ROWS)]
    file.write_text("code,version,state,phone\n" + "\n".join(rows) + "\n", encoding="utf-8")
    command = [sys.executable, "-c", KILLED, database, str(file)]
    environment = {**os.environ, "PYTHONPATH": "."}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout
        assert child.stdout.readline() == "in the middle\n"
        child.send_signal(signal.SIGKILL)
    assert count(database) == 0
    assert imported(database, file)
    assert count(database) == ROWS
