"""Colour tables: what they do to colours, and what is wrong with bad ones, line by line."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from processing.operators.context import Context
from processing.operators.light.cube import read_cube
from processing.operators.light.lut import Lut
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.light.photographs import photograph


def solid(size: int, change=lambda rgb: rgb, head: str = "") -> bytes:
    """A three-dimensional table of a function of (n, 3)."""
    steps = np.linspace(0, 1, size)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    rows = change(np.stack([red, green, blue], axis=-1).reshape(-1, 3))
    body = "\n".join(" ".join(f"{one:.7f}" for one in row) for row in rows)
    return f'# made\nTITLE "t"\n{head}LUT_3D_SIZE {size}\n{body}\n'.encode()


def bent(rgb: np.ndarray) -> np.ndarray:
    return np.stack([rgb[:, 0] ** 1.5, 0.9 * rgb[:, 1] + 0.1 * rgb[:, 0], 1 - rgb[:, 2]], axis=1)


class Folder:
    def __init__(self, folder: Path, data: bytes) -> None:
        self.path = folder / "t.cube"
        self.path.write_bytes(data)

    def file(self, reference: str) -> Path:
        return self.path


def test_corners_and_what_is_between():
    cube = read_cube(solid(17, bent))
    colours = np.random.default_rng(1).random((5000, 3)).astype(np.float32)
    assert np.abs(cube.looked_up(colours) - bent(colours)).max() < 0.003
    corners = np.array([[0, 0, 0], [1, 1, 1], [1, 0, 0], [0, 0, 1]], np.float32)
    assert np.allclose(cube.looked_up(corners), bent(corners), atol=1e-6)


def test_tetrahedra_keep_greys():
    """A table that is neutral on its grey axis only: between its steps greys stay neutral."""
    cube = read_cube(solid(3, lambda rgb: np.where(np.ptp(rgb, axis=1)[:, None] > 0, rgb**2, rgb)))
    greys = np.repeat(np.linspace(0, 1, 50, dtype=np.float32)[:, None], 3, axis=1)
    assert np.allclose(cube.looked_up(greys), greys, atol=1e-6)


def test_it_agrees_with_pillows_table():
    pixels = photograph("coffee")
    table = ImageFilter.Color3DLUT.generate(
        33, lambda r, g, b: tuple(bent(np.array([[r, g, b]]))[0])
    )
    theirs = np.asarray(Image.fromarray(pixels).filter(table)).astype(int)
    colours = pixels.reshape(-1, 3).astype(np.float32) / 255
    ours = np.rint(read_cube(solid(33, bent)).looked_up(colours) * 255).reshape(pixels.shape)
    assert np.abs(ours - theirs).max() <= 1


def test_one_dimension_and_a_domain():
    data = b"LUT_1D_SIZE 3\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n0 0 0\n.5 1 0\n1 1 0\n"
    got = read_cube(data).looked_up(np.array([[0.5, 0.5, 1.0], [1.0, 3.0, 0.0]], np.float32))
    assert np.allclose(got, [[0.25, 0.5, 0.0], [0.5, 1.0, 0.0]])


def test_a_picture_through_a_table(tmp_path):
    picture = Picture.from_array(photograph("coffee"))
    library = Folder(tmp_path, solid(9, lambda rgb: 1 - rgb))
    whole = Lut(file="t.cube").run(picture, Context(library=library))
    assert np.abs(whole.picture.array().astype(int) + picture.array() - 255).max() <= 1
    assert whole.measures == {"table_size": 9, "dimensions": 3}
    half = Lut(file="t.cube", strength=0.5).run(picture, Context(library=library)).picture
    assert np.abs(half.array().astype(int) - 127.5).max() <= 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"LUT_3D_SIZE 2\n" + b"0 0 0\n" * 7, "needs 8 rows and has 7"),
        (b"LUT_3D_SIZE 2\n" + b"0 0 0\n" * 9, "the first too many is in line 10"),
        (b"LUT_3D_SIZE 2\n" + b"0 0 0\n" * 7 + b"0 0\n", "Line 9 .* three numbers, not 2"),
        (b"LUT_3D_SIZE 2\n" + b"0 0 0\n" * 6 + b"0 0\n0 0 0 0\n", "Line 8 .* not 2"),
        (b"LUT_3D_SIZE 2\n0 0 0\n0 x 0\n" + b"0 0 0\n" * 6, "Line 3 .*“0 x 0” are not numbers"),
        (b"LUT_1D_SIZE 2\n0 0 0\n0 1e999 0\n", "Line 3 .* finite"),
        (b"LUT_3D_SIZE 500\n", "Line 1 .* from 2 to 129"),
        (b"LUT_3D_SIZE 2.5\n", "whole number"),
        (b"LUT_3D_SIZE\n", "takes 1 numbers, not 0"),
        (b"\n\nWHAT 3\n", "Line 3 .*“WHAT” is no keyword"),
        (b"LUT_1D_SIZE 2\nLUT_1D_SIZE 2\n", "Line 2 .* comes twice"),
        (b"0 0 0\n1 1 1\n", "neither LUT_1D_SIZE nor LUT_3D_SIZE"),
        (b"LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n", "both"),
        (b"LUT_1D_SIZE 2\nDOMAIN_MAX 0 1 1\n0 0 0\n1 1 1\n", "domain"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "not text"),
        (b"", "neither"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_wrong_tables_are_refused_with_the_line(data: bytes, said: str):
    with pytest.raises(Unfit, match=said):
        read_cube(data)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    library = Folder(tmp_path, b"#" * (64 * 1024**2 + 10))
    with pytest.raises(Unfit, match="more than 64 MB"):
        Lut(file="t.cube").run(Picture.from_array(photograph("coffee")), Context(library=library))
