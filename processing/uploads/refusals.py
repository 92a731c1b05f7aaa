"""What the endpoint says no with: a status, a sentence, and the headers that go with it."""

from rest_framework import status
from rest_framework.exceptions import APIException

CHECKSUM_MISMATCH = 460  # of the tus checksum extension; no registered status
PATIENCE_SECONDS = 5


class Refusal(APIException):
    """An answer other than success; nothing of the request was kept unless the sentence says so."""

    def __init__(self, code: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status_code = code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def bad_request(sentence: str) -> Refusal:
    return Refusal(status.HTTP_400_BAD_REQUEST, sentence)


def gone() -> Refusal:
    return Refusal(status.HTTP_410_GONE, "This upload has ended. Start it again.")


def not_there() -> Refusal:
    return Refusal(status.HTTP_404_NOT_FOUND, "There is no such upload of yours.")


def over_quota(sentence: str) -> Refusal:
    return Refusal(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, sentence)


def busy() -> Refusal:
    return Refusal(
        status.HTTP_423_LOCKED,
        "Another request is writing to this upload. Try again in a moment.",
        Retry_After=str(PATIENCE_SECONDS),
    )


def conflict(sentence: str, offset: int) -> Refusal:
    return Refusal(status.HTTP_409_CONFLICT, sentence, Upload_Offset=str(offset))


def no_room_on_disk() -> Refusal:
    return Refusal(
        status.HTTP_507_INSUFFICIENT_STORAGE,
        "The server has no room left for this file. What arrived before is kept; tell an admin.",
        Retry_After="60",
    )


def database_away() -> Refusal:
    return Refusal(
        status.HTTP_503_SERVICE_UNAVAILABLE,
        "The database does not answer. What was acknowledged is kept; try again in a moment.",
        Retry_After=str(PATIENCE_SECONDS),
    )
