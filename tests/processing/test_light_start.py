"""A process that serves pages does not carry the libraries that only change pixels."""

import json
import subprocess
import sys

from tests.homes import ROOT

HEAVY = ["cv2", "scipy", "skimage", "sklearn", "imagecodecs", "ncnn", "torch"]
ROUTES = """
import json, sys
import django
django.setup()
from django.urls import get_resolver
assert get_resolver().url_patterns
print(json.dumps(sorted(set(sys.modules) & set(sys.argv[1:]))))
"""


def test_routes_are_known_without_the_libraries_of_operators():
    words = [sys.executable, "-c", ROUTES, *HEAVY]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == []
