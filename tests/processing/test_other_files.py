"""Any other file is an asset too: told by content, described, found by its words."""

import io
import json
import zipfile

import pytest
from django.test import Client

from dam.models import Asset, Version
from processing.decode import inspect
from processing.errors import InputError
from processing.formats.others import recognise
from processing.formats.text import MAX_TEXT, READ, extract
from processing.models import Job
from search.language import parse
from search.ranking import search
from search.words import forget

CSV = "sku,name,price\n" + "".join(f"A-{n},Walnut stool {n},{n}.50\n" for n in range(40))


def zipped(parts: dict[str, str], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>Press release about</w:t></w:r></w:p>"
    "<w:p><w:r><w:t>the harbour lantern</w:t></w:r></w:p></w:body></w:document>"
)
DOCX = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": WORD})
ODT = zipped(
    {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<t><p>Hello</p></t>"}
)

FILES = {
    "prices.csv": (CSV.encode(), "CSV table"),
    "prices": (CSV.encode(), "CSV table"),
    "two.tsv": (b"a\tb\n1\t2\n", "Tab-separated table"),
    "prose.txt": (b"One, two.\nThree, four, five, and six.\n", "Plain text"),
    "notes.md": (b"# Title\n\nwords\n", "Markdown text"),
    "old.txt": ("Größe, Maß".encode("cp1252"), "Plain text"),
    "wide.txt": ("Größe".encode("utf-16"), "Plain text"),
    "data.json": (b'{"a": 1, "b": [2]}', "JSON data"),
    "feed.xml": (b'<?xml version="1.0"?><feed/>', "XML data"),
    "page.html": (b"<!DOCTYPE html><title>x</title>", "Web page"),
    "page.php": (b"<?php echo 1;", "Source code"),
    "tool.py": (b"print('hello')\n", "Source code"),
    "letter.docx": (DOCX, "Word document"),
    "letter": (DOCX, "Word document"),
    "letter.odt": (ODT, "OpenDocument text"),
    "stuff.zip": (zipped({"a/b.txt": "x"}), "ZIP archive"),
    "more.gz": (b"\x1f\x8b\x08" + bytes(20), "Gzip archive"),
    "clip.mp4": (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "MPEG-4 video"),
    "clip.mov": (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "QuickTime video"),
    "clip.webm": (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "WebM video"),
    "tune.mp3": (b"ID3\x04\0\0\0\0\0\0", "MP3 audio"),
    "tune.wav": (b"RIFF\x24\0\0\0WAVEfmt ", "WAV audio"),
    "run.exe": (b"MZ\x90\0\x03" + bytes(60), "Program"),
    "noise.bin": (bytes(range(256)), "Unknown data"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_type_is_told_by_content(name, tmp_path):
    data, label = FILES[name]
    (tmp_path / "file").write_bytes(data)
    assert recognise(tmp_path / "file", name).label == label


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.png", "a.tiff", "a.webp", "a.avif"])
@pytest.mark.parametrize("content", ["page.html", "page.php", "stuff.zip", "run.exe"])
def test_what_claims_to_be_a_picture_must_be_one(name, content, tmp_path):
    (tmp_path / "file").write_bytes(FILES[content][0])
    with pytest.raises(InputError, match=r"Its name says that it is a \w+ picture, but"):
        inspect(tmp_path / "file", name=name, others=True)


def test_only_where_others_are_wanted(tmp_path):
    (tmp_path / "file").write_bytes(CSV.encode())
    with pytest.raises(InputError, match="not a picture"):
        inspect(tmp_path / "file", name="prices.csv")
    header = inspect(tmp_path / "file", name="prices.csv", others=True)
    assert (header.media.kind, header.media.family, header.width) == ("other", "table", 0)


class TestFacts:
    def facts(self, tmp_path, data: bytes, name: str) -> dict[str, str]:
        (tmp_path / "file").write_bytes(data)
        found = extract(tmp_path / "file", recognise(tmp_path / "file", name))
        return dict(found.facts)

    def test_of_a_table(self, tmp_path):
        facts = self.facts(tmp_path, CSV.encode(), "prices.csv")
        assert (facts["Rows"], facts["Columns"]) == ("41", "3")

    def test_quoted_line_ends_are_no_rows(self, tmp_path):
        facts = self.facts(tmp_path, b'a,b\n"one\ntwo",2\n', "q.csv")
        assert facts["Rows"] == "2"

    def test_of_a_large_table_are_estimates(self, tmp_path):
        line = b"0123456789,0123456789,0123456789\n"
        facts = self.facts(tmp_path, line * (2 * READ // len(line)), "big.csv")
        rows = int(facts["Rows"].removeprefix("about ").replace(",", ""))
        assert rows == pytest.approx(2 * READ / len(line), rel=0.05)

    def test_of_json_archives_and_text(self, tmp_path):
        assert self.facts(tmp_path, b"[1, 2, 3]", "x.json")["Holds"] == "3 items"
        facts = self.facts(tmp_path, zipped({"a.txt": "x" * 2048, "b.txt": ""}), "x.zip")
        assert (facts["Files"], facts["Unpacked"]) == ("2", "2.0 KB")
        assert self.facts(tmp_path, "Größe\n".encode("cp1252"), "x.txt") == {
            "Lines": "1",
            "Encoding": "Windows-1252",
        }


class TestText:
    def text(self, tmp_path, data: bytes, name: str):
        (tmp_path / "file").write_bytes(data)
        return extract(tmp_path / "file", recognise(tmp_path / "file", name))

    def test_of_a_word_document(self, tmp_path):
        assert (
            self.text(tmp_path, DOCX, "x.docx").text == "Press release about\nthe harbour lantern"
        )

    def test_of_a_page_without_its_scripts(self, tmp_path):
        page = b"<html><script>evil()</script><p>Shown</p><style>p{}</style></html>"
        assert self.text(tmp_path, page, "x.html").text == "Shown"

    def test_is_bounded(self, tmp_path):
        assert len(self.text(tmp_path, b"word " * 100_000, "x.txt").text) <= MAX_TEXT

    def test_a_part_that_unpacks_to_gigabytes_is_read_in_part(self, tmp_path):
        huge = zipped({"word/document.xml": "<p>" + "a" * (200 * 1024**2) + "</p>"})
        assert len(huge) < 1024**2
        assert len(self.text(tmp_path, huge, "x.docx").text) <= MAX_TEXT

    def test_entities_are_not_resolved(self, tmp_path):
        bomb = '<!DOCTYPE p [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><p>&b;</p>'
        found = self.text(tmp_path, zipped({"word/document.xml": bomb}), "x.docx")
        assert found.text == ""
        assert found.problems == ("A part of its text cannot be read.",)

    def test_a_directory_that_claims_too_much_is_not_believed(self, tmp_path):
        data = bytearray(zipped({"a.txt": "x"}))
        end = data.rfind(b"PK\x05\x06")
        data[end + 8 : end + 12] = b"\xff\xff\xff\xff"
        found = self.text(tmp_path, bytes(data), "x.zip")
        assert dict(found.facts) == {"Files": "65,535"}

    @pytest.mark.parametrize("name", ["letter.docx", "letter.odt", "stuff.zip", "data.json"])
    def test_cut_anywhere_it_ends_without_a_crash(self, name, tmp_path):
        data = FILES[name][0]
        for length in range(5, len(data), max(1, len(data) // 40)):
            self.text(tmp_path, data[:length], name)


class TestThroughTheSteps:
    @pytest.fixture
    def table(self, ingest, run_jobs) -> Version:
        outcome = ingest(CSV.encode(), "price-list.csv")
        assert outcome.outcome == "ingested", outcome.reason
        run_jobs()
        return Version.objects.get(pk=outcome.version.pk)

    def test_it_is_described_and_kept(self, table):
        assert (table.kind, table.media_type, table.state) == ("other", "text/csv", "approved")
        assert "CSV table" in table.state_reason
        assert ["Rows", "41"] in table.metadata["file"]
        assert set(table.jobs.values_list("step", "state")) == {("text", "done"), ("route", "done")}
        assert not table.renditions.exists()
        assert not table.embeddings.exists()

    def test_it_is_found_by_its_words_only(self, table, owner):
        for words, found in (("price list", 1), ("walnut", 1), ("type:table", 1), ("zebra", 0)):
            hits = [hit for hit in search(parse(words), owner, limit=9).hits if not hit.weak]
            assert len(hits) == found, words

    def test_text_of_a_new_version_replaces_the_old(self, table, ingest, run_jobs, owner):
        ingest(b"just one remark about zebras\n", "remark.txt", asset=table.asset)
        run_jobs()
        forget()
        asset = Asset.objects.get()
        assert asset.current_version.number == 2
        assert search(parse("zebras"), owner, limit=9).hits
        assert not [hit for hit in search(parse("walnut"), owner, limit=9).hits if not hit.weak]

    def test_its_page_and_cards(self, table, owner, client: Client):
        client.force_login(owner)
        page = client.get(table.asset.get_absolute_url()).content.decode()
        assert "CSV table" in page
        assert "A-0,Walnut stool 0,0.50" in page
        assert "data-zoom=" not in page
        assert "?like=" not in page
        assert "#table" in client.get("/").content.decode()

    def test_markup_in_a_text_is_shown_as_text(self, ingest, run_jobs, owner, client: Client):
        version = ingest(b"plain\n<script>alert(1)</script>\n", "x.txt").version
        run_jobs()
        client.force_login(owner)
        page = client.get(version.asset.get_absolute_url()).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page

    def test_a_picture_may_follow_a_file_and_goes_its_own_way(self, table, ingest, run_jobs):
        outcome = ingest(asset=table.asset)
        run_jobs()
        version = Version.objects.get(pk=outcome.version.pk)
        assert version.kind == "picture"
        steps = set(Job.objects.filter(version=version).values_list("step", flat=True))
        assert {"validate", "renditions", "facts", "route"} <= steps
        assert "text" not in steps

    def test_refused_where_the_installation_says_so(self, ingest, settings):
        settings.LOUPE_ACCEPT_OTHER_FILES = False
        outcome = ingest(CSV.encode(), "price-list.csv")
        assert outcome.outcome == "refused"
        assert "not a picture" in outcome.reason

    def test_a_name_that_does_not_fit_goes_to_review_all_the_same(
        self, brand, ingest, run_jobs, reviewer, client: Client
    ):
        brand.versions.update(name_pattern="{sku}_{view}.{ext}")
        version = ingest(CSV.encode(), "whatever it is.csv").version
        run_jobs()
        version.refresh_from_db()
        assert version.state == "in_review", version.state_reason
        client.force_login(reviewer)
        page = client.get("/review/").content.decode()
        assert "CSV table" in page
        assert "0.0 MP" not in page

    def test_a_liar_is_refused_and_nothing_is_kept(self, ingest):
        outcome = ingest(json.dumps({"a": 1}).encode(), "holiday.jpg")
        assert outcome.outcome == "refused"
        assert "JSON data" in outcome.reason
        assert not Asset.objects.exists()
