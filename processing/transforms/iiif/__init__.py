"""IIIF Image API 3.0 (https://iiif.io/api/image/3.0/), compliance level 2.

`parsing.py` reads what an address asks for, `information.py` writes info.json; both are pure.
`identifiers.py` says whose picture it is and who may see it, `views.py` answers.
"""
