"""SVG: drawn alike everywhere, and nothing in it reaches out of the file or grows without end."""

import base64
import gzip
import io

import numpy as np
import pytest
from PIL import Image

from dam import formats as known
from processing.decode import inspect
from processing.errors import InputError
from processing.formats import svg
from processing.pixels import load_srgb, read_rgb, to_array

from . import samples


class TestDrawing:
    def drawn(self, put, body: str, attributes: str = 'viewBox="0 0 100 100"') -> np.ndarray:
        spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        head = f"<svg {spaces} {attributes}>"
        return to_array(load_srgb(put(f"{head}{body}</svg>".encode()), 100))

    def test_text_is_drawn_with_our_font_everywhere(self, put):
        shown = self.drawn(put, '<text y="60" font-size="40" font-family="Nobody Has">Häß</text>')
        assert (shown < 128).mean() > 0.02

    def test_it_is_drawn_as_large_as_it_is_wanted(self, put):
        path = put(b'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="12"/>')
        image = load_srgb(path, 400)
        assert (image.width, image.height) == (400, 200)

    @pytest.mark.parametrize(
        ("attributes", "size"),
        [
            ('width="10mm" height="5mm"', (2, 1)),
            ('viewBox="0 0 30 10"', (3, 1)),
            ('width="50" viewBox="0 0 10 20"', (1, 2)),
            ('width="100%" height="100%" viewBox="0,0,40,10"', (4, 1)),
            ("", (2, 1)),
        ],
    )
    def test_its_shape_comes_from_size_or_view_box(self, put, attributes, size):
        root = svg.parse(put(f"<svg {attributes}/>".encode()))
        wide, tall = svg.size_of(root)
        assert wide / tall == pytest.approx(size[0] / size[1])

    def test_nothing_outside_is_opened(self, put, tmp_path):
        secret = tmp_path / "secret.png"
        Image.new("RGB", (10, 10), "red").save(secret)
        for address in (str(secret), secret.as_uri(), "secret.png", f"data:image/svg+xml,{secret}"):
            for name in ("href", "xlink:href"):
                image = f'<image {name}="{address}" width="100" height="100"/>'
                assert (self.drawn(put, image) == 255).all()
        paint = f'<rect width="99" height="99" fill="url({secret.as_uri()})"/>'
        style = f'<style>@import url("{secret.as_uri()}");</style>'
        shown = self.drawn(put, paint + style)
        assert not ((shown[..., 0] > 200) & (shown[..., 1] < 50)).any()

    def test_a_picture_inside_is_drawn_unless_it_is_huge(self, put):
        def inside(side: int) -> str:
            file = io.BytesIO()
            Image.new("1", (side, side)).save(file, "PNG")
            data = base64.b64encode(file.getvalue()).decode()
            return f'<image href="data:image/png;base64,{data}" width="100" height="100"/>'

        assert (self.drawn(put, inside(10)) == 0).all()
        assert (self.drawn(put, inside(9000)) == 255).all()

    def test_scripts_are_left_out(self, put):
        root = svg.parse(put(b"<svg onload='x()'><g><script>alert(1)</script></g></svg>"))
        assert [element.tag for element in root.iter()] == ["svg", "g"]

    @pytest.mark.parametrize(
        "markup",
        [
            '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
            '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
            '<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://127.0.0.1/x">%a;]><svg/>',
            "<svg>" + "<g>" * 600 + "</g>" * 600 + "</svg>",
            "<svg><g id='a'><use href='#a'/></g></svg>",
            "<svg>"
            + "".join(f"<g id='n{n}'>" + f"<use href='#n{n + 1}'/>" * 10 + "</g>" for n in range(9))
            + "</svg>",
            "<svg><unclosed></svg>",
            "<svg width='0' height='0' viewBox='0 0 0 0'>" + "<g/>" * 200_001 + "</svg>",
        ],
    )
    def test_bombs_are_refused(self, put, markup):
        with pytest.raises(InputError):
            inspect(put(markup.encode()))

    def test_short_entities_of_drawing_programs_are_fine(self, put):
        markup = b'<!DOCTYPE svg [<!ENTITY ns "http://ns.example/">]><svg xmlns:x="&ns;"/>'
        assert inspect(put(markup)).media == known.SVG

    def test_zipped(self, put):
        path = put(gzip.compress(samples.SVG.encode()))
        assert inspect(path).media == known.SVG
        assert read_rgb(path, 300)[5, 5].tolist() == [0x33, 0x66, 0x99]

    def test_a_zip_bomb_is_refused(self, put):
        bomb = gzip.compress(b"<svg>" + b" " * (svg.MOST_BYTES + 10) + b"</svg>")
        with pytest.raises(InputError, match="more than"):
            inspect(put(bomb))
