"""Lock of a run for one writer, released when its process dies."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys

import pytest

from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format import lock as lock_module
from tb_rnnviz.log_format.lock import RunInUseError, RunLock
from tests.programs import ROOT

LOCKING_PROGRAM = """
import sys, time
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format import lock as lock_module
writer = RunWriter(sys.argv[1])
{more}
print("locked", flush=True)
time.sleep(600)
"""


def locking_process(log_dir):
    """Starts a process that has locked the run until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOCKING_PROGRAM.format(more=""), log_dir],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "locked\n"
    return process


def test_a_second_process_gets_an_error_that_names_the_first(tmp_path):
    process = locking_process(tmp_path)
    with process:
        owner = re.escape(f"Another process {process.pid} on ")
        with pytest.raises(RunInUseError, match=owner + ".*since .*own"):
            RunWriter(tmp_path)
        process.kill()
    with RunWriter(tmp_path) as writer:
        assert writer.next_step(0) == 0


def test_a_second_writer_in_the_same_process_gets_an_error(tmp_path):
    with RunWriter(tmp_path):
        with pytest.raises(RunInUseError, match=f"this process.*{os.getpid()}"):
            RunWriter(tmp_path)
    RunWriter(tmp_path).close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_child_of_a_killed_process_does_not_keep_the_lock(tmp_path):
    fork = "import os\nif not os.fork(): print(os.getpid(), flush=True)\ntime.sleep(600)"
    process = subprocess.Popen(
        [sys.executable, "-c", LOCKING_PROGRAM.format(more=fork), tmp_path],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        child = int(process.stdout.readline())
        process.kill()
        process.wait()
        try:
            os.kill(child, 0)
            RunWriter(tmp_path).close()
        finally:
            os.kill(child, signal.SIGKILL)


def test_the_lock_of_a_dead_process_is_released(tmp_path):
    lock = tmp_path / ".lock"
    lock.write_text('{"pid": 1, "host": "elsewhere", "since": 0}')
    RunLock(lock).release()


@pytest.mark.parametrize("content", ["", "[]", '{"pid": 1}', "\0"])
def test_an_unreadable_lock_file_names_another_process(tmp_path, content):
    lock = tmp_path / ".lock"
    run_lock = RunLock(lock)
    lock.write_text(content)
    with pytest.raises(RunInUseError, match="^Another process is writing"):
        RunLock(lock)
    run_lock.release()


def test_a_deleted_lock_file_is_created_again(tmp_path):
    with RunWriter(tmp_path) as writer:
        (tmp_path / "rnnviz" / ".lock").unlink()
        with writer.step(0):
            writer.write_scalar("rnnviz/loss/novel", 1.0)
        with pytest.raises(RunInUseError, match="this process"):
            RunWriter(tmp_path)


@pytest.mark.parametrize("is_closed", [False, True])
def test_the_first_of_two_writers_stops_at_its_next_step(tmp_path, is_closed):
    with RunWriter(tmp_path) as first:
        with first.step(0):
            first.write_scalar("rnnviz/loss/novel", 1.0)
        (tmp_path / "rnnviz" / ".lock").unlink()
        with RunWriter(tmp_path) as second:
            if is_closed:
                second.close()
            match = "Another writer has written" if is_closed else "Another callback or writer"
            with pytest.raises(RunInUseError, match=match), first.step(1):
                raise AssertionError("the step began")
            if not is_closed:
                with second.step(1):
                    second.write_scalar("rnnviz/loss/novel", 2.0)


def test_without_locks_the_older_writer_stops_at_its_next_step(tmp_path, monkeypatch):
    def no_locks(file):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock_module, "_lock", no_locks)
    with RunWriter(tmp_path) as first, RunWriter(tmp_path) as second:
        with second.step(0):
            second.write_scalar("rnnviz/loss/novel", 1.0)
        with pytest.raises(RunInUseError, match="no locks"), first.step(0):
            raise AssertionError("the step began")
