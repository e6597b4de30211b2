"""What may stand where a file is expected: texts, bytes, pipes, folders, links, and files with holes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

LARGE = 40_000_000
"""Bytes of a file that is larger than any that is read; it is a hole, so that it takes no room."""


@dataclass(frozen=True)
class Special:
    """Something that is no file of one's own."""

    kind: str
    """`pipe`, `folder`, `hole`, or what a link points to."""

    def put(self, place: Path) -> None:
        """Make it."""
        if self.kind == "pipe":
            os.mkfifo(place)
        elif self.kind == "folder":
            place.mkdir()
        elif self.kind == "hole":
            place.touch()
            os.truncate(place, LARGE)
        else:
            place.symlink_to(self.kind)


Thing = str | bytes | Special
SPECIAL = tuple(Special(kind) for kind in ("pipe", "folder", "hole", "/dev/zero", "/dev/null", "absent", ".", "/"))
"""The last four are links: to devices, to nothing, to the folder that the link is in, and to all folders."""


def put(place: Path, thing: Thing) -> None:
    """Put something at a place, in folders that are made for it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(thing, Special):
        thing.put(place)
    else:
        place.write_bytes(thing if isinstance(thing, bytes) else thing.encode("utf-8", "surrogatepass"))


@st.composite
def instead(draw: st.DrawFn, text: str) -> Thing:
    """Return what may stand in place of a good text: its bytes turned, cut or repeated, other encodings, or no text."""
    whole = text.encode()
    at = draw(st.integers(0, max(len(whole) - 1, 0)))
    lines = text.splitlines(keepends=True) or [""]
    line = draw(st.sampled_from(lines))
    ways: tuple[Thing, ...] = (
        whole[:at] + bytes([whole[at] ^ 1 << draw(st.integers(0, 7))]) + whole[at + 1 :] if whole else b"",
        whole[:at],
        whole[:at] + draw(st.binary(min_size=1, max_size=9)) + whole[at:],
        whole[:at] + b"\0" + whole[at:],
        whole[:at] + "\u202e\u2066\ufeff\x1b[2J".encode() + whole[at:],
        b"\xef\xbb\xbf" + whole,
        b"\xef\xbb\xbf\xef\xbb\xbf" + whole,
        text.encode("utf-16"),
        text.replace("e", "é").encode("latin-1", "replace"),
        text.replace("\n", "\r\n"),
        text.replace("\n", "\r"),
        "".join(reversed(lines)),
        text + text,
        text + line * draw(st.sampled_from((2, 3_000))),
        text.replace(line, line.rstrip("\n") + draw(st.sampled_from(("9", " ", ",", "x"))) * 200_000 + "\n", 1),
        text + draw(st.sampled_from(("[", "{", "[[a]]\n", "a.", '{"a":', '"""', "a = {"))) * 20_000,
        "",
        "\n" * 9,
        *SPECIAL,
    )
    return draw(st.sampled_from(ways))
