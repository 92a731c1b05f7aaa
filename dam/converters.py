"""Parts of addresses."""

from django.urls import register_converter


class Id:
    """The number of a thing, as large as the database's numbers are. Nothing larger is a number."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


def connect() -> None:
    """Let addresses have parts such as `<id:pk>`."""
    register_converter(Id, "id")
