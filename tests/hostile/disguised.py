"""Files that are called pictures and are something else, or both at once."""

from __future__ import annotations

import struct
from collections.abc import Callable

from tests.conftest import picture_bytes
from tests.hostile.bombs import zipped

MARK = "<script>window.harmed=1</script><img src=x onerror=window.harmed=1>"
PAGE = f"<!doctype html><html><body>{MARK}</body></html>".encode()
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n{} loop\n"
PHP = b"<?php system($_GET['c']); ?>"
PDF = b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"


def jpeg() -> bytes:
    return picture_bytes((320, 240), seed=3)


def with_comment(comment: bytes) -> bytes:
    """A JPEG with a comment before everything else."""
    data = jpeg()
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]


FILES: dict[str, Callable[[], bytes]] = {
    "postscript.jpg": lambda: EPS,
    "page.jpg": lambda: PAGE,
    "program.jpg": lambda: PHP,
    "page-as-text.txt": lambda: PAGE,
    "page.html": lambda: PAGE,
    "postscript.eps": lambda: EPS,
    "program.php": lambda: PHP,
    "shell.sh": lambda: b"#!/bin/sh\nrm -rf /\n",
    "elf.png": lambda: b"\x7fELF" + bytes(4096),
    "picture-and-zip.jpg": lambda: jpeg() + zipped({"inside.html": PAGE}),
    "picture-and-jar.gif": lambda: (
        picture_bytes((64, 48), format="GIF") + zipped({"A.class": b"x"})
    ),
    "document-and-picture.jpg": lambda: with_comment(PDF),
    "picture-and-document.pdf": lambda: PDF + jpeg(),
    "page-in-a-comment.jpg": lambda: with_comment(PAGE),
    "program-in-a-comment.jpg": lambda: with_comment(PHP),
    "picture-and-page.jpg": lambda: jpeg() + PAGE,
    "gif-that-is-a-script.gif": lambda: b"GIF89a/*" + bytes(50) + b"*/=1;window.harmed=1;",
    "bmp-that-is-a-script.bmp": lambda: b"BM/*" + bytes(60) + b"*/=1;window.harmed=1;",
    "nothing.jpg": lambda: b"",
    "one-byte.jpg": lambda: b"\xff",
    "only-a-signature.png": lambda: b"\x89PNG\r\n\x1a\n",
}
