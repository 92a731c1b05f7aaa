"""Answers ``/i/…`` before anything else looks at the request.

Such a request has no session, no person and no form: its signature is all that counts. So a picture
that is there already costs about as much as a static file.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from processing.transforms.answering import answer

PREFIX = "/i/"
_HEADERS = {
    "HTTP_ACCEPT": "accept",
    "HTTP_SAVE_DATA": "save-data",
    "HTTP_IF_NONE_MATCH": "if-none-match",
    "HTTP_SEC_CH_DPR": "sec-ch-dpr",
    "HTTP_DPR": "dpr",
    "HTTP_SEC_CH_WIDTH": "sec-ch-width",
    "HTTP_WIDTH": "width",
}


class TransformMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.startswith(PREFIX):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        meta = request.META
        said = {name: meta[key] for key, name in _HEADERS.items() if key in meta}
        told = answer(path[len(PREFIX) :], meta.get("QUERY_STRING", ""), said)
        response = HttpResponse(told.body, status=told.status, headers=dict(told.headers))
        response["Content-Length"] = str(len(told.body))
        if request.method == "HEAD":
            response.content = b""
        # Django would log each refusal with its address, which is a secret of whoever has it; and
        # under load one line for each would be the load.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response
