"""Pictures on the fly: signed addresses in, a picture of the size and type that fits out.

`options.py`, `signing.py`, `negotiation.py`, `geometry.py`, `rendering.py`, `cache.py` and
`turns.py` know nothing of Django; `answering.py` puts them together, `middleware.py` answers
``/i/…``, `iiif/` the IIIF Image API. docs/decisions/0025-transforms-and-iiif.md has the reasons.
"""
