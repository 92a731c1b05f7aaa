"""The addresses of the Image API: information, pictures, and the way from one to the other."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from processing.transforms import sources
from processing.transforms.answering import (
    AGAIN_SECONDS,
    HARMLESS,
    YEAR,
    caching,
    sent,
)
from processing.transforms.errors import Busy, Refused
from processing.transforms.iiif.identifiers import Seen, seen
from processing.transforms.iiif.information import CONTEXT, PROFILE, information
from processing.transforms.iiif.parsing import Limits, parse
from processing.transforms.making import Wanted
from processing.transforms.negotiation import accepts
from processing.transforms.options import LONGEST

View = Callable[..., HttpResponseBase]
LD_JSON = "application/ld+json"
NOTHING = "There is no picture here, or none that you may see.\n"


def _api(view: View) -> View:
    """For everybody who may see the picture; errors in a sentence, readable from other sites."""

    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, **parts: str) -> HttpResponseBase:
        if request.method == "OPTIONS":
            allowed = {"Access-Control-Allow-Methods": "GET, HEAD, OPTIONS"}
            allowed["Access-Control-Allow-Headers"] = "Authorization, Accept"
            return _open(HttpResponse(status=204, headers=allowed))
        if request.method not in ("GET", "HEAD"):
            return _open(HttpResponse(status=405, headers={"Allow": "GET, HEAD, OPTIONS"}))
        try:
            return _open(view(request, **parts))
        except Http404:
            return _open(_words(404, NOTHING))
        except Refused as error:
            answer = _words(error.status, f"{error}\n")
            if isinstance(error, Busy):
                answer["Retry-After"] = str(AGAIN_SECONDS)
            return _open(answer)

    return answered


def _words(status: int, text: str) -> HttpResponse:
    told = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    return HttpResponse(text, status=status, headers=told)


def _open(answer: HttpResponseBase) -> HttpResponseBase:
    for name, value in HARMLESS.items():
        answer.setdefault(name, value)
    # Django would log each refusal with its address, in which a signed identifier is a secret.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


@_api
def base(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """The base URI: see other, the information (section 2.1)."""
    seen(request, identifier)
    place = reverse("iiif_info", args=[identifier])
    return HttpResponse(status=303, headers={"Location": place, "Cache-Control": "no-cache"})


@_api
def info(request: HttpRequest, identifier: str) -> HttpResponseBase:
    found = seen(request, identifier)
    sources.prepare(found.subject)
    address = request.build_absolute_uri(request.path).removesuffix("/info.json")
    told = information(address, found.subject.size, limits(), rights=found.rights)
    kind = "application/json"
    if accepts(request.headers.get("Accept", ""), LD_JSON):
        kind = f'{LD_JSON};profile="{CONTEXT}"'
    answer = HttpResponse(json.dumps(told), content_type=kind)
    answer["Vary"] = "Accept"
    answer["Cache-Control"] = "public, max-age=300" if found.public else "private, no-cache"
    return answer


@_api
def image(
    request: HttpRequest, identifier: str, region: str, size: str, rotation: str, last: str
) -> HttpResponseBase:
    found = seen(request, identifier)
    asked = parse(region, size, rotation, last, found.subject.size, limits())
    finish = replace(asked.finish, words=found.subject.rights)
    wanted = Wanted(found.subject, asked.plan, finish)
    top = request.build_absolute_uri(reverse("iiif_base", args=[identifier]))
    told = {
        "ETag": f'"{wanted.digest[:32]}"',
        "Cache-Control": _kept(found),
        "Link": f'<{top}/{asked.canonical}>;rel="canonical", <{PROFILE}>;rel="profile"',
    }
    headers = {"if-none-match": request.headers.get("If-None-Match", "")}
    answer = sent(wanted, told, headers)
    return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))


def _kept(found: Seen) -> str:
    """How long it may be kept; what is restricted, and what may change, is asked for each time."""
    if found.public:
        return caching(found.expires, fixed=found.subject.fixed)
    if found.restricted or not found.subject.fixed:
        return "private, no-cache"
    return f"private, max-age={YEAR}, immutable"


def limits() -> Limits:
    return Limits(LONGEST, settings.LOUPE_TRANSFORM_PIXELS)
