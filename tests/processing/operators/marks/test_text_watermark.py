import numpy as np

from processing.operators.context import Context
from processing.operators.marks.text_watermark import TextWatermark
from tests.processing.operators.marks.grounds import changed, plain


def test_it_goes_all_across():
    before = plain()
    made = TextWatermark(text="SAMPLE").run(before, Context()).picture
    touched = (made.array() != before.array()).any(axis=2)
    for rows in (slice(0, 100), slice(100, 200), slice(200, 300)):
        for columns in (slice(0, 133), slice(133, 266), slice(266, 400)):
            assert 0.01 < touched[rows, columns].mean() < 0.5


def test_it_is_seen_on_black_and_on_white():
    for ground in (0, 255):
        before = plain(value=ground)
        made = TextWatermark(text="SAMPLE", opacity=0.5).run(before, Context()).picture
        assert np.abs(made.array().astype(int) - ground).max() > 60


def test_once_at_an_anchor_and_no_stronger_than_it_shall():
    before = plain(value=0)
    mark = TextWatermark(
        text="© Loupe", tiled=False, anchor="bottom-right", angle=0, opacity=0.4, margin=0.1
    )
    made = mark.run(before, Context()).picture
    left, top, right, bottom = changed(before, made)
    assert left > 200
    assert top > 200
    assert right <= 370
    assert bottom <= 270
    assert made.array().max() == 102, "0.4 · 255"
