"""Collect, complete and compile the words of every module.

    python tools/messages.py              all modules
    python tools/messages.py cases ui     only these
    python tools/messages.py --check      write nothing; exit 1 when something is missing or stale

Each module keeps its own catalogues in ``locale/zh_Hans`` and ``locale/zh_Hant``. People write
zh_Hans; zh_Hant is made from it, so nobody edits it; English is the source text and needs none.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import opencc
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "lianxin"
HANS, HANT = "zh_Hans", "zh_Hant"

KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

# Characters only: the variant that also swaps words would turn a service window (窗口) into one on
# a screen (視窗) and an official paper (文件) into a computer file (檔案).
CONVERSION = "s2tw"
# What the converter gets wrong; applied after it, in this order.
HANT_WORDS: tuple[tuple[str, str], ...] = (("賬", "帳"), ("工作臺", "工作台"), ("平臺", "平台"))

PLACEHOLDER = re.compile(r"%\(\w+\)[sdrif]|%[sdrif]|\{\w*\}")


class Words(Catalog):
    """A catalogue whose header never changes, so unchanged words give unchanged bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier or "")),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", "nplurals=1; plural=0;"),
        ]


@dataclass(frozen=True)
class Found:
    """One string in the sources: its id (a pair when it has a plural) and its context."""

    id: str | tuple[str, str]
    context: str | None
    place: str

    @property
    def key(self) -> tuple[str, str | None]:
        return key_of(self.id, self.context)


def key_of(message_id: Any, context: str | None) -> tuple[str, str | None]:
    return (message_id if isinstance(message_id, str) else message_id[0], context)


def new_catalog(language: str) -> Words:
    return Words(locale=language, fuzzy=False, header_comment="")


def strings_of(module: Path) -> Iterator[Found]:
    """Every translatable string of a module's Python files and templates."""
    for path in sorted(module.rglob("*")):
        relative = path.relative_to(module)
        if "locale" in relative.parts or "static" in relative.parts or not path.is_file():
            continue
        if path.suffix == ".py":
            source = path.read_text("utf-8")
        elif "templates" in relative.parts and path.suffix in {".html", ".txt", ".xml"}:
            marked = templatize(path.read_text("utf-8"), origin=str(path))
            # templatize keeps the page's indentation, which is not Python's.
            source = "\n".join(line.lstrip() for line in marked.splitlines())
        else:
            continue
        yield from strings_in(source, f"{module.name}/{relative}")


def strings_in(source: str, place: str) -> Iterator[Found]:
    for _line, text, _comments, context in extract(
        "python", io.BytesIO(source.encode("utf-8")), KEYWORDS, (), {"encoding": "utf-8"}
    ):
        # DEFAULT_KEYWORDS yields a tuple of two ids for plurals.
        if isinstance(text, tuple):
            if text[0]:
                yield Found((text[0], text[1]), context, place)
        elif text:
            yield Found(text, context, place)


def load(path: Path, language: str) -> dict[tuple[str, str | None], Message]:
    """The translations a file has now, also those no longer used."""
    if not path.exists():
        return {}
    with path.open("rb") as handle:
        catalog = read_po(handle, locale=language, abort_invalid=True)
    every = [*catalog, *catalog.obsolete.values()]
    return {key_of(m.id, m.context): m for m in every if m.id}


def texts_of(message: Message) -> tuple[str, ...]:
    """The translation, one text for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def has_words(message: Message) -> bool:
    texts = texts_of(message)
    return bool(texts) and all(texts)


def hans_catalog(
    found: list[Found], old: dict[tuple[str, str | None], Message], prune: bool
) -> Words:
    catalog = new_catalog(HANS)
    for item in found:
        before = old.get(item.key)
        string: Any = before.string if before else ""
        if isinstance(item.id, tuple) and isinstance(string, str):
            string = (string,)
        elif isinstance(item.id, str) and not isinstance(string, str):
            string = string[0] if string else ""
        earlier = catalog.get(item.key[0], item.context)
        if earlier is not None and not isinstance(earlier.id, str):
            continue  # the plural form of the same id is already there
        if earlier is not None:
            catalog.delete(item.key[0], item.context)
        catalog.add(item.id, string, context=item.context)
    if not prune:
        used = {item.key for item in found}
        for key, message in old.items():
            if key not in used and has_words(message):
                catalog.obsolete[key] = Message(  # type: ignore[index]
                    message.id, message.string, context=message.context
                )
    return catalog


def hant_catalog(hans: Words, converter: opencc.OpenCC) -> Words:
    def turn(text: str) -> str:
        text = converter.convert(text)
        for wrong, right in HANT_WORDS:
            text = text.replace(wrong, right)
        return text

    catalog = new_catalog(HANT)
    for message in hans:
        if not message.id:
            continue
        string: Any = message.string
        string = turn(string) if isinstance(string, str) else tuple(turn(s) for s in string)
        catalog.add(message.id, string, context=message.context)
    return catalog


def po_bytes(catalog: Words) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=0, no_location=True, sort_output=True)
    return out.getvalue().strip() + b"\n"


def mo_bytes(catalog: Words) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def faults_of(module: str, catalog: Words) -> Iterator[str]:
    """Untranslated words, and placeholders that differ from the source text."""
    for message in catalog:
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        if not has_words(message):
            yield f"{module}: not translated: {source!r}"
            continue
        for string in texts_of(message):
            wanted, given = (sorted(set(PLACEHOLDER.findall(t))) for t in (source, string))
            if wanted != given:
                yield f"{module}: placeholders differ: {source!r} -> {string!r}"


def clashes(catalogs: dict[str, Words]) -> Iterator[str]:
    """The same words translated differently: at run time one module would speak for the other."""
    seen: dict[tuple[str, str | None], tuple[str, Any]] = {}
    for module, catalog in sorted(catalogs.items()):
        for message in catalog:
            if not message.id or not has_words(message):
                continue
            key = key_of(message.id, message.context)
            text = texts_of(message)[0]
            other = seen.setdefault(key, (module, text))
            if other[1] != text:
                yield f"{module} and {other[0]} differ: {key[0]!r}: {text!r} / {other[1]!r}"


def put(path: Path, content: bytes, check: bool) -> str | None:
    """Write when different. Returns what to say about it."""
    if path.exists() and path.read_bytes() == content:
        return None
    name = path.relative_to(SOURCE)
    if check:
        return f"stale: {name}"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)
    return f"wrote {name}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("modules", nargs="*", help="module names; none means all")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 on faults")
    parser.add_argument("--prune", action="store_true", help="forget translations no longer used")
    options = parser.parse_args(arguments)
    modules = [p.parent for p in sorted(SOURCE.glob("*/__init__.py"))]
    unknown = set(options.modules) - {m.name for m in modules}
    if unknown:
        parser.error(f"no such module: {', '.join(sorted(unknown))}")

    converter = opencc.OpenCC(CONVERSION)
    catalogs: dict[str, Words] = {}
    faults: list[str] = []
    for module in modules:
        if options.modules and module.name not in options.modules:
            continue
        found = list(strings_of(module))
        if not found:
            continue
        folder = module / "locale"
        hans_path = folder / HANS / "LC_MESSAGES" / "django.po"
        hans = hans_catalog(found, load(hans_path, HANS), options.prune)
        hant = hant_catalog(hans, converter)
        catalogs[module.name] = hans
        for language, catalog in ((HANS, hans), (HANT, hant)):
            target = folder / language / "LC_MESSAGES" / "django.po"
            for path, content in (
                (target, po_bytes(catalog)),
                (target.with_suffix(".mo"), mo_bytes(catalog)),
            ):
                said = put(path, content, options.check)
                if said and options.check:
                    faults.append(said)
                elif said:
                    print(said)
        faults.extend(faults_of(module.name, hans))
    faults.extend(clashes(catalogs))
    for fault in faults:
        print(fault)
    print(f"{len(catalogs)} modules, {len(faults)} faults")
    return 1 if faults and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
