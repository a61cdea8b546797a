"""Reading ``sourcing.toml``: a wrong key or type is an error that names file, line and the nearest right key."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import platformdirs

from db.kinds import Axis
from sourcing.settings.model import APP, SOURCE_OPTIONS, RoleSettings, Settings, SourceSettings
from sourcing.settings.roles import DEFAULT_ROLE, PRESETS

FILE_NAME = "sourcing.toml"
FILTERS: Mapping[str, Any] = {
    "sector": str,
    "max_years": int,
    "countries": tuple[str, ...],
    "area": str,
    "min_originality": float,
    "min_code": float,
}
SECTORS = ("academia", "industry", "unknown")


class SettingsError(Exception):
    """Settings that cannot be used. The message is for the user and names the file and, where known, the line."""


def find_settings(explicit: Path | None, *, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """The file to read: ``--config``, else ``SOURCING_CONFIG``, else the current folder's, else the user's own.

    Raises :class:`SettingsError` where a file that was asked for is not there.
    """
    asked = explicit or (Path(environ["SOURCING_CONFIG"]) if environ.get("SOURCING_CONFIG") else None)
    if asked is not None:
        if not asked.is_file():
            if asked.exists():
                raise SettingsError(
                    f"{asked}: is no file; name the settings file in it, such as {asked / FILE_NAME}"
                )
            raise SettingsError(f"{asked}: no such settings file; make one with: sourcing init -o {asked}")
        return asked
    for folder in (cwd, Path(platformdirs.user_config_dir(APP))):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def load_settings(
    path: Path | None, *, environ: Mapping[str, str] | None = None, text: str | None = None
) -> Settings:
    """Read settings from ``path`` (or ``text``), then let the environment have its say.

    ``SOURCING_DATABASE_URL`` and ``SOURCING_CONTACT`` win over the file. Relative SQLite paths and a
    relative ``cache_dir`` are relative to the folder of the file. Raises :class:`SettingsError`.
    """
    environ = os.environ if environ is None else environ
    if path is not None and text is None:
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SettingsError(f"{path}: cannot be read: it is not UTF-8; save it as UTF-8") from error
        except OSError as error:
            raise SettingsError(f"{path}: cannot be read: {error}") from error
    try:
        table = tomllib.loads(text or "")
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path or FILE_NAME}: not valid TOML: {error}") from error
    settings = _Reader(str(path or FILE_NAME), text or "").settings(table)
    if url := environ.get("SOURCING_DATABASE_URL"):
        settings = replace(settings, database=replace(settings.database, url=url))
    elif path is not None and (relative := _relative_sqlite(settings.database.url)) is not None:
        url = f"sqlite:///{path.resolve().parent / relative}"
        settings = replace(settings, database=replace(settings.database, url=url))
    settings = replace(settings, database=replace(settings.database, url=_at_home(settings.database.url)))
    if path is not None and (cache := settings.crawl.cache_dir):
        # Left relative, Scrapy would put it below a folder of its own wherever the program was started.
        absolute = str(path.resolve().parent / Path(cache).expanduser())
        settings = replace(settings, crawl=replace(settings.crawl, cache_dir=absolute))
    if contact := environ.get("SOURCING_CONTACT"):
        settings = replace(settings, crawl=replace(settings.crawl, contact=contact))
    _keep_the_cache_apart(settings, path)
    return replace(settings, path=path)


def _keep_the_cache_apart(settings: Settings, path: Path | None) -> None:
    """Old answers, and those that name a forgotten person, are deleted from the cache: nothing else may lie in it."""
    if not settings.crawl.cache_dir:
        return
    cache = Path(settings.crawl.cache_dir).resolve()
    database = re.fullmatch(r"sqlite:///(.+)", settings.database.url)
    kept = {"the database": database[1] if database else None, "these settings": path}
    for what, file in kept.items():
        if file is not None and Path(file).resolve().is_relative_to(cache):
            raise SettingsError(
                f"{path or FILE_NAME}: [crawl] cache_dir: {cache} holds {what}; give the cache a folder of its own, "
                "because files are deleted from it"
            )


def _at_home(url: str) -> str:
    """An SQLite address with its ``~`` written out, so that database, lock and key are looked for in one place."""
    found = re.fullmatch(r"sqlite:///(~.*)", url)
    return f"sqlite:///{Path(found[1]).expanduser()}" if found else url


def _relative_sqlite(url: str) -> str | None:
    found = re.fullmatch(r"sqlite:///(?![/:~]|[A-Za-z]:)(.+)", url)
    return found[1] if found else None


class _Reader:
    """Turns tables into settings; knows the text, to say on which line a wrong key stands."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = _lines_of_keys(text)

    def settings(self, table: Mapping[str, Any]) -> Settings:
        known = {one.name for one in fields(Settings)} - {"path", "open_roles"}
        self._refuse_unknown((), table, known)
        made: dict[str, Any] = {}
        for name, kind in get_type_hints(Settings).items():
            if is_dataclass(kind):
                made[name] = self._dataclass(kind, (name,), self._table((name,), table.get(name, {})))
        made["sources"] = self._sources(self._table(("sources",), table.get("sources", {})))
        made["roles"] = self._roles(self._table(("roles",), table.get("roles", {})))
        made["open_roles"] = tuple(table.get("roles", {})) or (DEFAULT_ROLE,)
        return Settings(**made)

    def _sources(self, table: Mapping[str, Any]) -> dict[str, SourceSettings]:
        self._refuse_unknown(("sources",), table, SOURCE_OPTIONS)
        made = {}
        for name, (enabled, options) in SOURCE_OPTIONS.items():
            where = ("sources", name)
            given = self._table(where, table.get(name, {}))
            self._refuse_unknown(where, given, {"enabled", *options})
            filled = {
                key: self._value(_kind_of(default), (*where, key), given[key]) if key in given else default
                for key, default in options.items()
            }
            on = self._value(bool, (*where, "enabled"), given.get("enabled", enabled))
            made[name] = SourceSettings(enabled=on, options=filled)
        return made

    def _roles(self, table: Mapping[str, Any]) -> dict[str, RoleSettings]:
        made = dict(PRESETS)
        for name, raw in table.items():
            where = ("roles", name)
            given = self._table(where, raw)
            start = PRESETS.get(str(given.get("preset", name)), RoleSettings(title=name))
            if "preset" in given and given["preset"] not in PRESETS:
                raise self._error(
                    (*where, "preset"),
                    f"no preset {given['preset']!r}{_nearest(str(given['preset']), PRESETS)}",
                )
            role = self._dataclass(RoleSettings, where, given)
            made[name] = replace(start, **{key: getattr(role, key) for key in given})
            for table_name in ("weights", "minimum"):
                axes: Mapping[str, Any] = getattr(role, table_name)
                self._refuse_unknown((*where, table_name), axes, {str(axis) for axis in Axis})
                for axis, value in axes.items():
                    high = 100 if table_name == "minimum" else float("inf")
                    if not 0 <= value <= high:
                        bounds = f"between 0 and {high:g}" if table_name == "minimum" else "0 or more"
                        raise self._error(
                            (*where, table_name, axis), f"{table_name}.{axis} = {value:g} is not {bounds}"
                        )
            self._refuse_unknown((*where, "filters"), role.filters, FILTERS)
            for key, value in role.filters.items():
                self._filter(
                    (*where, "filters", key), self._value(FILTERS[key], (*where, "filters", key), value)
                )
        return made

    def _filter(self, where: tuple[str, ...], value: Any) -> None:
        """Refuse a filter that nobody could ever pass, or everybody."""
        key, wrong = where[-1], None
        if key == "sector" and value not in SECTORS:
            wrong = f"is none of {', '.join(SECTORS)}{_nearest(value, SECTORS)}"
        elif key in ("min_originality", "min_code") and value > 100:
            wrong = "is not between 0 and 100"
        elif key == "max_years" and value < 1:
            wrong = "lets nobody pass: whoever published has a first year"
        if wrong is not None:
            raise self._error(where, f"filters.{key} = {_named(value)} {wrong}")
        for country in value if key == "countries" else ():
            if not re.fullmatch(r"[A-Za-z]{2}", country):
                raise self._error(
                    where, f"filters.countries: {country!r} is no code of two letters, such as NO"
                )

    def _dataclass(self, kind: Any, where: tuple[str, ...], table: Mapping[str, Any]) -> Any:
        hints = get_type_hints(kind)
        self._refuse_unknown(where, table, hints)
        return kind(**{key: self._value(hints[key], (*where, key), value) for key, value in table.items()})

    def _table(self, where: tuple[str, ...], value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._error(where, f"[{'.'.join(where)}] must be a table, not {_named(value)}")
        return value

    def _value(self, hint: Any, where: tuple[str, ...], value: Any) -> Any:
        origin = get_origin(hint)
        if origin is tuple or hint is list:
            if not isinstance(value, list):
                raise self._wrong(where, "a list", value)
            inner = get_args(hint)[0] if get_args(hint) else Any
            return tuple(self._value(inner, where, one) for one in value)
        if origin is Mapping:
            inner = get_args(hint)[1]
            return {
                key: self._value(inner, (*where, key), one) for key, one in self._table(where, value).items()
            }
        if origin is not None:  # ``date | None``
            hint = next(arg for arg in get_args(hint) if arg is not type(None))
        if hint is Any:
            return value
        if hint is date:
            return self._date(where, value)
        if hint is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
            raise self._wrong(where, _WANTED[hint], value)
        if hint in (int, float) and value < 0:
            raise self._error(where, f"{where[-1]} = {value:g} is below 0")
        if where in _FROM_ONE and value < 1:
            raise self._error(where, f"{where[-1]} = {value:g} is below 1")
        return value

    def _date(self, where: tuple[str, ...], value: Any) -> date:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self._wrong(where, "a date such as 2026-01-31", value) from None

    def _refuse_unknown(self, where: tuple[str, ...], given: Iterable[str], known: Iterable[str]) -> None:
        allowed = sorted(known)
        for key in given:
            if key not in allowed:
                table = f" in [{'.'.join(where)}]" if where else ""
                raise self._error((*where, key), f"unknown key {key!r}{table}{_nearest(key, allowed)}")

    def _wrong(self, where: tuple[str, ...], wanted: str, value: Any) -> SettingsError:
        return self._error(where, f"{'.'.join(where)} must be {wanted}, not {_named(value)}")

    def _error(self, where: tuple[str, ...], problem: str) -> SettingsError:
        line = next(
            (self._lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in self._lines), None
        )
        return SettingsError(f"{self._file}{f', line {line}' if line else ''}: {problem}")


# With none of these nothing would ever be read.
_FROM_ONE = frozenset((("checkout", "workers"), ("checkout", "max_files"), ("checkout", "max_bytes")))

_WANTED = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}


def _kind_of(default: Any) -> Any:
    return tuple[Any, ...] if isinstance(default, tuple) else type(default)


def _named(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return repr(value)


def _nearest(key: str, known: Iterable[str]) -> str:
    from rapidfuzz import fuzz, process

    found = process.extractOne(key, list(known), scorer=fuzz.WRatio, score_cutoff=60)
    return f"; did you mean {found[0]!r}?" if found else ""


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """Where each table and key stands. Keys inside inline tables share their line."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            table = _split(header[1])
            for depth in range(1, len(table) + 1):
                lines.setdefault(table[:depth], number)
        elif found := re.match(
            r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"))*)\s*=", line
        ):
            key = (*table, *_split(found[1]))
            lines.setdefault(key, number)
            for inner in re.finditer(r"[{,]\s*([\w-]+)\s*=", line[found.end() :]):
                lines.setdefault((*key, inner[1]), number)
    return lines


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(
        part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.]+", dotted) if part.strip()
    )
