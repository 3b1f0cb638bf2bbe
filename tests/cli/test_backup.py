"""`lianxin backup` and `lianxin restore` as an administrator meets them: words and exit codes."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.trust import faults
from lianxin.backup import archive, making
from tests.cli.console import lianxin


class Town:
    """An installation with one backup, the key to it, and the command."""

    def __init__(self, data: Path, folder: Path, recipient: str) -> None:
        self.data, self.folder, self.recipient = data, folder, recipient
        self.key, self.archive = folder / "key.txt", folder / "first.backup"

    def run(self, *words: object, **extra: str) -> subprocess.CompletedProcess[str]:
        """The command on this installation, or on the one that `extra` names."""
        data = Path(extra.pop("data", str(self.data)))
        given = {"LIANXIN_BACKUP_RECIPIENT": self.recipient} | extra
        return lianxin(data, *map(str, words), **given)

    def restore(self, *words: object, data: Path, keys: Path | None = None) -> tuple[int, str]:
        """Exit code and words of restoring the first backup into another folder."""
        done = self.run(
            "restore", self.archive, "--identity", self.key, *words,
            data=str(data), LIANXIN_KEYS=str(keys or self.data / "keys"),
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def town(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    data, folder = tmp_path_factory.mktemp("town"), tmp_path_factory.mktemp("offline")
    shutil.copytree(installed, data, dirs_exist_ok=True)
    (data / "files/ab").mkdir(parents=True)
    (data / "files/ab/picture.jpg").write_bytes(b"a picture")
    made = lianxin(data, "backup", "key", str(folder / "key.txt"))
    assert made.returncode == 0
    recipient = next(w for w in made.stdout.replace("=", " ").split() if w.startswith("age1"))
    found = Town(data, folder, recipient)
    done = found.run("backup", found.archive)
    assert done.returncode == 0, done.stderr
    assert "The keys are NOT in it" in done.stdout
    return found


def test_nothing_is_written_over(town: Town) -> None:
    before = town.archive.read_bytes()
    for words in (["backup", town.archive], ["backup", "key", town.key]):
        done = town.run(*words)
        assert done.returncode == 1
        assert "exists already" in done.stderr
    assert town.archive.read_bytes() == before


def test_without_a_key_nothing_is_made(town: Town, tmp_path: Path) -> None:
    for recipient, expected in (("", "is not set"), ("age1nonsense", "no recipient")):
        done = town.run("backup", tmp_path, LIANXIN_BACKUP_RECIPIENT=recipient)
        assert done.returncode == 1
        assert expected in done.stderr
    assert not list(tmp_path.iterdir())


def test_neither_keys_nor_words_can_be_read_from_the_archive(town: Town, tmp_path: Path) -> None:
    inside = b""
    sealed = town.archive.read_bytes()
    secrets = [path.read_bytes() for path in (town.data / "keys").iterdir()]
    identity = archive.identity(town.key)
    with archive.opened(town.archive, identity) as members:
        for member, content in members:
            assert "key" not in member.name and "secret" not in member.name
            inside += content.read()
    assert b"a picture" in inside and b"a picture" not in sealed
    assert not [secret for secret in secrets if secret in inside or secret in sealed]


def test_any_age_program_can_open_it(town: Town) -> None:
    raw = town.archive.read_bytes()
    plain = pyrage.decrypt(raw[len(archive.HEADER) : -archive.TAIL], archive.identity(town.key))
    assert b"about.json" in plain and b"a picture" in plain


def test_verify_says_what_was_checked(town: Town) -> None:
    without = town.run("backup", "verify", town.archive)
    assert without.returncode == 0
    assert "Only signature and digest were checked" in without.stdout
    whole = town.run("backup", "verify", town.archive, "--identity", town.key)
    assert whole.returncode == 0
    assert "All of it agrees" in whole.stdout
    assert not list(town.data.glob(".restore-*"))


def test_another_signer_is_refused_until_named(town: Town, tmp_path: Path) -> None:
    other = tmp_path / "other.backup"
    signer = make_by_hand(other, town, {})
    done = town.run("backup", "verify", other)
    assert done.returncode == 1
    assert f"it was signed by {signer}" in done.stderr
    assert town.run("backup", "verify", other, "--signer", signer).returncode == 0


def test_restoring_leaves_what_is_there_or_keeps_it_aside(town: Town, tmp_path: Path) -> None:
    code, said = town.restore(data=tmp_path)
    assert code == 0, said
    assert (tmp_path / "files/ab/picture.jpg").read_bytes() == b"a picture"
    with sqlite3.connect(tmp_path / "lianxin.sqlite3") as database:
        database.execute("CREATE TABLE mine (words TEXT)")
    database.close()
    code, said = town.restore(data=tmp_path)
    assert code == 1
    assert "There is data already" in said
    with sqlite3.connect(tmp_path / "lianxin.sqlite3") as user:
        user.execute("SELECT count(*) FROM mine").fetchone()
        code, said = town.restore("--replace", data=tmp_path)
        assert code == 1
        assert "is in use" in said
    user.close()
    code, said = town.restore("--replace", data=tmp_path)
    assert code == 0, said
    (old,) = tmp_path.glob("lianxin.sqlite3.before-*")
    assert sqlite3.connect(old).execute("SELECT count(*) FROM mine").fetchone() == (0,)
    (aside,) = tmp_path.glob("before-restore-*")
    assert (aside / "files/ab/picture.jpg").exists()
    assert lianxin(tmp_path, "check", LIANXIN_KEYS=str(town.data / "keys")).returncode == 0


def test_missing_keys_are_named(town: Town, tmp_path: Path) -> None:
    data, keys = tmp_path / "data", tmp_path / "keys"
    shutil.copytree(town.data / "keys", keys)
    (keys / "pepper.secret").unlink()
    code, said = town.restore(data=data, keys=keys)
    assert code == 1
    assert "pepper.secret" in said and "lianxin migrate" in said
    assert not (keys / "pepper.secret").exists()  # a new one would hide that the old is missing


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"engine": "postgresql"}, "restored into the engine it was made from"),
        ({"migrations": [["intake", "9999_later"]], "program": "9.0"}, "version 9.0"),
        ({"format": 99}, "has format 99"),
        ({"counts": {"intake_concern": 5}}, "intake_concern: 0 rows, the archive says 5"),
        ({"head": [7, "ab" * 32]}, "the archive says 7"),
    ],
)
def test_what_does_not_fit_changes_nothing(
    town: Town, tmp_path: Path, about: dict[str, object], expected: str
) -> None:
    other = tmp_path / "other.backup"
    signer = make_by_hand(other, town, about)
    data = tmp_path / "data"
    done = town.run(
        "restore", other, "--identity", town.key, "--signer", signer,
        data=str(data), LIANXIN_KEYS=str(town.data / "keys"),
    )  # fmt: skip
    assert done.returncode == 1
    assert expected in done.stderr
    assert [path.name for path in data.iterdir()] == ["secret.key"]


def test_older_archives_go_after_a_newer_one_was_found_whole(town: Town, tmp_path: Path) -> None:
    old, young = (tmp_path / f"lianxin-{day}T030000Z.backup" for day in ("20200101", "29990101"))
    mine = tmp_path / "lianxin-of-mine.backup"
    for path in (old, young, mine):
        path.touch()
    assert town.run("backup", "--keep", "soon", tmp_path).returncode == 1
    failed = town.run("backup", "--keep", "30d", tmp_path, LIANXIN_BACKUP_RECIPIENT="")
    assert failed.returncode == 1 and old.exists()
    done = town.run("backup", "--keep", "30d", tmp_path)
    assert done.returncode == 0, done.stderr
    assert not old.exists() and young.exists() and mine.exists()
    assert len(list(tmp_path.iterdir())) == 3


def test_a_full_disk_leaves_nothing_behind(town: Town) -> None:
    try:
        with faults.small_disk() as disk:
            room = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize - 40_000
            (disk / "ballast").write_bytes(bytes(room))
            done = town.run("backup", disk)
            assert done.returncode == 2
            assert "No space left" in done.stderr and "Traceback" not in done.stderr
            assert [path.name for path in disk.iterdir()] == ["ballast"]
    except faults.CannotMount as cannot:
        pytest.skip(str(cannot))
    assert not list(town.data.glob(".backup-*.tmp"))


def make_by_hand(path: Path, town: Town, changed: dict[str, object]) -> str:
    """The first archive again, signed by a stranger, saying something else of itself."""
    from hashlib import sha256

    key = Ed25519PrivateKey.generate()
    lines = ""
    with (
        archive.opened(town.archive, archive.identity(town.key)) as members,
        path.open("wb") as file,
        archive.written(file, recipients=[town.recipient], key=key) as tar,
    ):
        for member, content in members:
            text = content.read()
            if member.name == making.ABOUT:
                said = json.loads(text)
                text = json.dumps(said | changed).encode()
            if member.name == making.MANIFEST:
                text = lines.encode()
            lines += f"{sha256(text).hexdigest()}  {member.name}\n"
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
    return archive.signer_of(key)
