"""What colours a picture has from step to step, known before any picture is there."""

from tests.processing.recipes.cast import faults

OUTPUT = "outputs:\n  a: {export: plain}\n"


def test_after_the_press_nothing_that_wants_rgb():
    text = "steps:\n  - to-press\n  - resize: {width: 1}\n  - shade\n"
    assert faults(text) == [
        "5:5: “shade” works on RGB pictures: put it before “to-press”, which leaves CMYK."
    ]
    assert faults("steps:\n  - shade\n  - to-press\n") == []


def test_outputs_go_on_from_the_shared_steps_each_for_itself():
    text = (
        "steps: [shade]\noutputs:\n"
        "  a:\n    steps: [to-press]\n    export: plain\n"
        "  b:\n    steps: [shade]\n    export: plain\n"
    )
    assert faults(text) == ["6:13: “plain” holds no CMYK."]
    shared = "steps: [to-press]\noutputs:\n  b:\n    steps: [shade]\n    export: plain\n"
    assert len(faults(shared)) == 2


def test_under_a_condition_only_what_is_under_the_same():
    press = "  - to-press:\n    if: brand == x\n"
    assert faults(f"steps:\n{press}  - shade\n{OUTPUT}") == []
    same = faults(f"steps:\n{press}  - shade:\n    if: brand == X\n")
    assert len(same) == 1
    assert "which leaves CMYK" in same[0]


def test_the_originals_own_colours():
    told = faults("colours: original\nsteps: [shade]\n")
    assert told == [
        "3:9: “shade” works in sRGB: leave out “colours: original”, or convert to sRGB first."
    ]
    assert faults("colours: original\nsteps:\n  - to-press: {to: srgb}\n  - shade\n") == []
    told = faults("steps:\n  - to-press: {to: rgb}\n  - shade\n")
    assert told == [
        "4:5: “shade” works in sRGB: put it before “to-press”, which leaves another profile."
    ]
