"""Notices of buckets: what is understood, who is believed, and what comes of them."""

import base64
import json

import pytest
from django.test import Client

from processing.models import Source, SourceFile
from processing.sources.actions import add_source, new_notice_secret
from processing.sources.notices import MOST_RECORDS, NotUnderstood, announce, keys_in


def record(key: str, bucket: str = "drop", event: str = "ObjectCreated:Put") -> dict:
    return {
        "eventVersion": "2.1",
        "eventName": event,
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "size": 5, "eTag": "x"}},
    }


@pytest.fixture
def source(brand, brand_admin):
    return add_source(
        user=brand_admin,
        name="Drop",
        kind="s3",
        brand=brand,
        bucket="drop",
        prefix="in",
        access_key="k",
        secret_key="s",
    )


@pytest.fixture
def secret(source, brand_admin):
    return new_notice_secret(source=source, user=brand_admin)


def tell(source, body, authorization: str = "", kind: str = "application/json"):
    headers = {"Authorization": authorization} if authorization else {}
    data = body if isinstance(body, str) else json.dumps(body)
    address = f"/api/v1/sources/{source.pk}/events"
    return Client().generic("POST", address, data, content_type=kind, headers=headers)


class TestUnderstanding:
    def test_keys_are_decoded_and_named_once(self):
        records = [record("in/a+b%2Bc.jpg"), record("in/a+b%2Bc.jpg"), record("in/%E6%97%A5.jpg")]
        assert keys_in({"Records": records}, "drop") == ["in/a b+c.jpg", "in/日.jpg"]

    def test_minio_s_prefix_and_other_events(self):
        records = [
            record("a", event="s3:ObjectCreated:CompleteMultipartUpload"),
            record("b", event="ObjectRemoved:Delete"),
        ]
        assert keys_in({"Records": records}, "drop") == ["a"]

    def test_the_test_event_has_none(self):
        assert keys_in({"Event": "s3:TestEvent", "Bucket": "drop"}, "drop") == []

    def test_an_envelope_is_opened(self):
        inner = json.dumps({"Records": [record("a")]})
        envelope = {"Type": "Notification", "TopicArn": "arn:x", "Message": inner}
        assert keys_in(envelope, "drop") == ["a"]

    @pytest.mark.parametrize(
        ("notice", "said"),
        [
            ([], "JSON object"),
            ({}, "Records"),
            ({"Records": "x"}, "Records"),
            ({"Records": [record("a")] * (MOST_RECORDS + 1)}, "Records"),
            ({"Records": [{}]}, "names its event"),
            ({"Records": [None]}, "names its event"),
            ({"Records": [record("a", bucket="other")]}, "another bucket"),
            ({"Records": [record("%00")]}, "NUL"),
            ({"Records": [record("x" * 1025)]}, "1,024"),
            ({"TopicArn": "x", "Type": "SubscriptionConfirmation"}, "SubscribeURL"),
            ({"TopicArn": "x", "Type": "Notification", "Message": "{"}, "not JSON"),
        ],
    )
    def test_what_is_no_notice_is_told(self, notice, said):
        with pytest.raises(NotUnderstood, match=said):
            keys_in(notice, "drop")


class TestAnnouncing:
    def test_only_what_may_be_meant_is_noted(self, source):
        keys = ["in/a.jpg", "out/b.jpg", "in/x.part", "in/a.xmp", "in/"]
        assert announce(source, keys) == 1
        assert list(source.files.values_list("key", "state", "announced")) == [
            ("in/a.jpg", "seen", True)
        ]

    def test_twice_is_one_row(self, source):
        announce(source, ["in/a.jpg"])
        announce(source, ["in/a.jpg"])
        assert source.files.count() == 1

    def test_what_was_decided_stays_so_and_is_looked_at(self, source):
        announce(source, ["in/a.jpg"])
        source.files.update(state="taken", announced=False)
        announce(source, ["in/a.jpg"])
        row = source.files.get()
        assert (row.state, row.announced) == ("taken", True)


class TestAddress:
    def test_the_secret_lets_a_notice_in(self, source, secret):
        answer = tell(source, {"Records": [record("in/a.jpg")]}, f"Bearer {secret}")
        assert (answer.status_code, answer.json()) == (200, {"noted": 1})
        assert SourceFile.objects.get().key == "in/a.jpg"

    def test_so_it_does_as_a_password(self, source, secret):
        basic = base64.b64encode(f"loupe:{secret}".encode()).decode()
        assert tell(source, {"Event": "s3:TestEvent"}, f"Basic {basic}").status_code == 200

    def test_and_in_the_plain_text_of_sns(self, source, secret):
        inner = json.dumps({"Records": [record("in/a.jpg")]})
        envelope = {"Type": "Notification", "TopicArn": "arn:x", "Message": inner}
        answer = tell(source, envelope, f"Bearer {secret}", "text/plain; charset=UTF-8")
        assert answer.json() == {"noted": 1}

    @pytest.mark.parametrize("given", ["", "Bearer wrong", "Basic !!", "Bearer ", "Basic eDp5"])
    def test_others_are_refused(self, source, secret, given):
        answer = tell(source, {"Records": [record("in/a.jpg")]}, given)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert not SourceFile.objects.exists()

    def test_without_a_secret_nothing_is_believed(self, source):
        assert tell(source, {"Event": "s3:TestEvent"}, "Bearer ").status_code == 401
        assert not Source.objects.get().notice_secret

    def test_one_source_s_secret_is_not_another_s(self, source, secret, source_of):
        other = source_of()
        assert tell(other, {"Event": "s3:TestEvent"}, f"Bearer {secret}").status_code == 401

    def test_a_wrong_bucket_is_refused(self, source, secret):
        answer = tell(source, {"Records": [record("a", bucket="x")]}, f"Bearer {secret}")
        assert answer.status_code == 400
        assert "another bucket" in answer.json()["detail"]

    def test_garbage_is_refused(self, source, secret):
        for body in ("", "{", "[]", "null", '"x"', "[" * 500):
            assert tell(source, body, f"Bearer {secret}").status_code == 400, body

    def test_only_the_hash_is_kept(self, source, secret):
        source.refresh_from_db()
        assert secret not in source.notice_secret
        assert len(source.notice_secret) == 64
