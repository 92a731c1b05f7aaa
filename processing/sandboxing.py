"""The sandbox as this installation sets it up."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from dam.health import Finding, note, problem
from dam.storage import StorageError, incoming
from processing import sandbox
from processing.sandbox.probe import Protections, measure

# What each protection is called where the doctor tells of it.
TOLD = {
    "memory": "bounded memory",
    "network": "no network",
    "programs": "no other programs",
    "files": "no other files",
    "writing": "writing only its results",
    "neighbours": "no hold on other processes",
}


def set_up() -> None:
    """Hand the settings to the sandbox, which knows nothing of Django."""
    sandbox.configure(
        sandbox.Setup(
            enabled=settings.LOUPE_SANDBOX,
            bounds=sandbox.Bounds(
                memory_mib=settings.LOUPE_SANDBOX_MEMORY_MIB,
                seconds=settings.LOUPE_SANDBOX_SECONDS,
                file_mib=settings.LOUPE_MAX_UPLOAD_BYTES // 1024**2 + 1,
            ),
            at_once=settings.LOUPE_SANDBOX_AT_ONCE,
            calls=settings.LOUPE_SANDBOX_CALLS,
            rooms=incoming,
            vips_threads=settings.LOUPE_VIPS_THREADS,
        )
    )


def checkup() -> Iterator[Finding]:
    """Say which protections hold on this machine, as measured just now."""
    if not sandbox.enabled():
        yield problem(
            "sandbox",
            "Strangers' files are opened without protection: the sandbox is switched off.",
            "Unset LOUPE_SANDBOX, then restart.",
        )
        return
    try:
        found = sandbox.call(measure, Path(__file__))
    except sandbox.Unavailable as error:
        remedy = "No file can be opened until it starts: the log says why."
        yield problem("sandbox", error.sentence, remedy)
        return
    except StorageError:
        return  # the storage's own check tells of it, and nothing can be opened without
    yield from _told(found)


def _told(found: Protections) -> Iterator[Finding]:
    holding = [words for name, words in TOLD.items() if getattr(found, name)]
    missing = [words for name, words in TOLD.items() if not getattr(found, name)]
    sentence = f"Files are opened in a process of their own with {', '.join(holding) or 'no more'}."
    if missing:
        sentence += f" This machine does not offer: {', '.join(missing)}."
    yield note(
        "sandbox",
        sentence,
        "Linux 5.13 or newer on x86_64 or aarch64 offers all of it." if missing else "",
    )
