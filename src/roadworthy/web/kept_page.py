"""What does a reader see while the desk is still opening? The page as it was last answered in full.

    name = hash(program, tables, study, templates, the page's own files, link)

A page is kept only when it shows the full answer with its scenes, and under the hash of all that decides it: another program, another
table or another question finds nothing. What is read at once is therefore what would be computed, to the last byte.
Limits: only links as the page itself writes them are kept, without pins; the latest MOST stay on disk.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from roadworthy.core.errors import InputError
from roadworthy.core.files import cache_folder, digest, write_atomic
from roadworthy.study.kept import Kept
from roadworthy.study.levers import Choice
from roadworthy.study.scenario import Study
from roadworthy.web import assets
from roadworthy.web.words import Manner

MOST = 48
"""Pages on disk; about 40 kB each."""
USUAL = {"lang": "en", "units": "mi", "money": "usd", "rate": "3"}
"""What a link means that does not say it."""
TEMPLATES = Path(__file__).parent / "templates"
Link = Iterable[tuple[str, str]]


@lru_cache(maxsize=1)
def _dress() -> str:
    """Hash of templates and of the page's own files, which the program's own hash leaves out."""
    return digest("dress", assets.version(), *(file.read_text(encoding="utf-8") for file in sorted(TEMPLATES.iterdir()) if file.is_file()))


class KeptPages:
    """Whole policy pages of one study by their link, in memory and on disk."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._near: Kept[str, bytes] = Kept(MOST)

    def _name(self, link: Link) -> str:
        usual = {**USUAL, "reform": self._study.headline}
        said = sorted((name, value) for name, value in link if usual.get(name) != value)
        return digest("page", self._study.key, _dress(), json.dumps(said))

    def get(self, link: Link) -> str | None:
        """The page of a link, if it was answered in full before."""
        name = self._name(link)
        packed = self._near.get(name)
        try:
            packed = packed or self._near.put(name, (_folder() / f"{name}.html.gz").read_bytes())
            return gzip.decompress(packed).decode()
        except (OSError, EOFError, ValueError):  # not kept, or cut short: it is made again
            return None

    def put(self, choice: Choice, how: Manner, page: str) -> None:
        """Keep the full page of a choice, said in a manner; where the disk takes nothing, in memory alone."""
        name = self._name({**choice.query(), **how.query(), "rate": how.rate}.items())
        if self._near.get(name) is None:
            packed = self._near.put(name, gzip.compress(page.encode(), 6, mtime=0))
            with suppress(InputError):
                write_atomic(_folder() / f"{name}.html.gz", packed)
                _clear(_folder().glob("*.html.gz"))


def _folder() -> Path:
    return cache_folder() / "pages"


def _clear(files: Iterable[Path]) -> None:
    """Let the oldest go; one that another process took away is gone already."""
    dated = []
    for file in files:
        try:
            dated.append((file.stat().st_mtime, file))
        except FileNotFoundError:
            continue
    for _, file in sorted(dated, reverse=True)[MOST:]:
        file.unlink(missing_ok=True)


__all__ = ["KeptPages"]
