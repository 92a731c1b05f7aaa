"""The admin site: what is changed there is heard of elsewhere."""

from dam.models import Term
from dam.signals import vocabulary_changed

ASTROLABE = {"facet": "object", "name": "astrolabe", "synonyms": "", "prompts": "", "active": "on"}


def test_a_saved_term_is_announced(as_, django_user_model):
    heard: list[Term] = []

    def hear(sender: type, terms: list[Term], **more: object) -> None:
        heard.extend(terms)

    root = django_user_model.objects.create_superuser("root", password="loupe-pass-1")
    vocabulary_changed.connect(hear)
    try:
        answer = as_(root).post("/admin/dam/term/add/", ASTROLABE)
    finally:
        vocabulary_changed.disconnect(hear)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/dam/term/")
    assert heard == [Term.objects.get(name="astrolabe")]


def test_the_admin_site_is_closed_to_a_brands_admin(as_, admin_user):
    answer = as_(admin_user).post("/admin/dam/term/add/", ASTROLABE)
    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]
    assert not Term.objects.filter(name="astrolabe").exists()
