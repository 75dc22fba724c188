"""The agent's folder: nobody else's is closed, nothing in it is changed by looking."""

import os
import time

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import cli, config
from odoo.addons.ecom_hardware_proxy.proxy.audit import AuditLog
from odoo.addons.ecom_hardware_proxy.proxy.queue import JobQueue, NewJob

from .served import PAIRING


def run(home, *arguments):
    return cli.main([*arguments, "--home", str(home)])


@pytest.mark.parametrize("command", ["status", "forget", "pos-key", "run", "accept-loss"])
def test_a_home_that_is_no_folder_is_one_sentence(capsys, tmp_path, command):
    (tmp_path / "file").touch()
    code = run(tmp_path / "file", command)
    told = capsys.readouterr()
    assert code in (0, 1) and told.err.count("\n") <= 1 and "Traceback" not in told.err


def test_a_folder_of_other_things_is_not_closed(capsys, tmp_path):
    """``--home /tmp`` would close it to the whole machine."""
    (tmp_path / "somebodys.txt").touch()
    tmp_path.chmod(0o755)
    assert run(tmp_path, "pos-key") == 1
    assert "of its own" in capsys.readouterr().err
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_our_own_folder_is_closed(tmp_path):
    (tmp_path / config.FILE).touch()
    tmp_path.chmod(0o755)
    assert run(tmp_path, "pos-key") == 0
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for others")
def test_what_root_writes_belongs_to_the_agents_user(tmp_path):
    os.chown(tmp_path, 65534, 65534)
    config.save_pairing(tmp_path, PAIRING)
    assert (tmp_path / config.PAIRING_FILE).stat().st_uid == 65534


def test_looking_does_not_move_a_damaged_list(capsys, tmp_path):
    (tmp_path / "queue.db").write_bytes(b"no database" * 1000)
    assert run(tmp_path, "status") == 1
    assert "damaged" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["queue.db"]


def test_a_lost_list_is_accepted_at_the_terminal(capsys, tmp_path):
    """The agent runs meanwhile, and prints again at once."""
    (tmp_path / "queue.db").write_bytes(b"no database" * 1000)
    queue = JobQueue(tmp_path / "queue.db", time.time)
    new = [NewJob(f"job-{n}", "labels", "Label", "application/zpl", b"^XA^XZ") for n in range(2)]
    assert queue.put(new[0])[0].state == "unknown"
    assert run(tmp_path, "status") == 0 and "accept-loss" in capsys.readouterr().out
    assert run(tmp_path, "accept-loss") == 0 and "Accepted" in capsys.readouterr().out
    assert queue.put(new[1])[0].state == "queued" and not queue.alarm
    queue.close()
    (line,) = AuditLog(tmp_path / "audit.log", time.time).lines()
    assert line["action"] == "accept_loss" and line["who"]
    assert run(tmp_path, "accept-loss") == 0 and "nothing to accept" in capsys.readouterr().out
