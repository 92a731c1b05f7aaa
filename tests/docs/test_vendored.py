"""Everything of others that lies in the repository is listed with version and licence."""

import re

import pytest

from processing.demo import cases, library, photos
from tests.docs.reading import ROOT, codes, document, first_codes, rows

VENDOR = ROOT / "static" / "vendor"
LIST = VENDOR / "VERSIONS.md"


def _vendored() -> list[str]:
    names = (path.name for path in VENDOR.rglob("*") if path.is_file())
    return sorted(name for name in names if not name.endswith((".LICENSE", ".md")))


def test_the_list_names_exactly_what_is_there():
    assert sorted(first_codes(LIST.read_text())) == _vendored()


@pytest.mark.parametrize("row", list(rows(LIST.read_text())), ids=lambda row: codes(row[0])[0])
def test_each_has_a_version_and_its_licence_beside_it(row: list[str]):
    _, _, version, licence = row
    assert re.fullmatch(r"\d+(\.\d+)+", version)
    texts = [name for name in codes(licence) if name.endswith(".LICENSE")]
    assert texts
    assert all((VENDOR / name).stat().st_size > 100 for name in texts)


def test_what_only_tests_use_is_listed_too():
    folder = ROOT / "tests" / "browser" / "vendor"
    names = {path.name for path in folder.iterdir() if path.is_file()}
    listed = set(codes(LIST.read_text()))
    assert names <= listed


def test_notice_names_what_is_vendored():
    notice = (ROOT / "NOTICE").read_text()
    packages = {re.split(r"[ (]", row[1])[0] for row in rows(LIST.read_text())}
    assert {name for name in packages if name not in notice} == set()


def test_every_demo_picture_has_its_origin(tmp_path):
    shipped = {name for names in photos.SHIPPED.values() for name in names.values()}
    drawn = {path.name for path in cases.make_creatives(tmp_path)}
    made = {*cases.CASES, "rocket-interrupted-transfer.jpg"}
    made |= {"motorcycle-in-the-garage-brighter.png"}
    assert first_codes(document("reference/demo-pictures.md")) == shipped | made | drawn


def test_the_readme_tells_the_demos_log_ins():
    readme = (ROOT / "README.md").read_text()
    said = {code for row in rows(readme) for code in codes(row[0])}
    assert said >= library.PEOPLE.keys()
    assert f"`{library.PASSWORD}`" in readme
