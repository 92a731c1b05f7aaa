"""SVG drawings that want to run something, ask somebody, or never end."""

from __future__ import annotations

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
RECT = '<rect width="200" height="150" fill="teal"/>'


def drawings(canary: str) -> dict[str, str]:
    """Name → text. `canary` is an address that nothing may ask for."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    nested = "".join(
        f'<g id="g{n}">' + f'<use xlink:href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 10)
    )
    start = SVG + 'width="200" height="150">'
    return {
        "script.svg": f"{start}<script>fetch('{canary}script')</script>{RECT}</svg>",
        "onload.svg": f"{SVG}width='200' height='150' onload=\"fetch('{canary}onload')\">"
        f"{RECT}</svg>",
        "asks-for-a-picture.svg": f'{start}{RECT}<image href="{canary}picture.png" width="50" '
        f'height="50"/><image xlink:href="{canary}older.png" width="50" height="50"/></svg>',
        "asks-for-a-style.svg": f'<?xml-stylesheet href="{canary}style.css"?>{start}'
        f'<style>@import url("{canary}import.css"); rect {{fill: url({canary}fill#a)}} '
        f"@font-face {{font-family: x; src: url({canary}font)}}</style>{RECT}</svg>",
        "reads-a-file.svg": '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f'{start}<image href="file:///etc/passwd" width="9" height="9"/><text y="20">&x;</text>'
        f"{RECT}</svg>",
        "asks-by-entity.svg": f'<!DOCTYPE svg SYSTEM "{canary}svg.dtd" [<!ENTITY % p SYSTEM '
        f'"{canary}entity"> %p;]>{start}{RECT}</svg>',
        "includes.svg": f'{start}<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
        f'href="{canary}include"/><use href="{canary}use.svg#a"/>'
        f'<foreignObject width="9" height="9"><iframe src="{canary}frame"/></foreignObject>'
        f"{RECT}</svg>",
        "entities.svg": f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]>{start}<text>&l9;</text></svg>',
        "uses.svg": f'{start}<defs><g id="g0">{RECT}</g>{nested}</defs>'
        '<use xlink:href="#g9"/></svg>',
        "circle.svg": f'{start}<g id="a"><use xlink:href="#b"/></g><g id="b">'
        '<use xlink:href="#a"/></g><use xlink:href="#a"/></svg>',
        "huge.svg": f'{SVG}width="2000000000" height="2000000000">{RECT}</svg>',
        "blurred.svg": f'{start}<filter id="f"><feGaussianBlur stdDeviation="100000"/></filter>'
        '<rect width="200" height="150" filter="url(#f)"/></svg>',
        "deep.svg": f"{start}{'<g>' * 100_000}{RECT}{'</g>' * 100_000}</svg>",
        "noise.svg": f'{start}<filter id="n"><feTurbulence numOctaves="1000000"/></filter>'
        '<rect width="200" height="150" filter="url(#n)"/></svg>',
    }
