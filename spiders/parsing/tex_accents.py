r"""Accents that submitters type in TeX (``Erd\H{o}s``, ``Ram\'irez``), as arXiv's raw format keeps them."""

from __future__ import annotations

import re
import unicodedata

# Combining characters of TeX's accent commands (The TeXbook, chapter 9).
_MARKS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ",
}  # fmt: skip
_NAMES = "|".join(sorted(_LETTERS, key=len, reverse=True))
_LETTER = re.compile(rf"\{{\\({_NAMES})\}}|\\({_NAMES})(?:\{{\}}|(?![a-zA-Z])\s?)")
# \'e \'{e} {\'e} \c{c} \c c; the base letter may be the dotless i or j that was read before.
_ACCENT = re.compile(
    r"""\{\\([`'^"~=.])\s*\{?([A-Za-zıȷ])\}?\}|\\([`'^"~=.])\s*\{?([A-Za-zıȷ])\}?"""
    r"""|\{\\([uvHckrdb])[ {]+([A-Za-zıȷ])\}?\}|\\([uvHckrdb])(?:\{([A-Za-zıȷ])\}|\s+([A-Za-zıȷ]))"""
)


def without_tex_accents(text: str) -> str:
    r"""Accent commands become letters; other commands, and what stands between ``$`` signs, stay as they are.

    >>> without_tex_accents(r"Jos\'e {\L}ukasz Gon\c{c}alves, Erd\H{o}s and $\tilde{x}$")
    'José Łukasz Gonçalves, Erdős and $\\tilde{x}$'
    """
    if "\\" not in text:
        return text
    parts = re.split(r"(?<!\\)\$", text)
    # A lone dollar sign opens no formula.
    outside = range(0, len(parts), 2) if len(parts) % 2 else range(len(parts))
    for index in outside:
        letters = _LETTER.sub(lambda match: _LETTERS[match[1] or match[2]], parts[index])
        parts[index] = _ACCENT.sub(_accented, letters)
    return "$".join(parts)


def _accented(match: re.Match[str]) -> str:
    mark, *rest = (group for group in match.groups() if group)
    letter = rest[0].replace("ı", "i").replace("ȷ", "j")
    return unicodedata.normalize("NFC", letter + _MARKS[mark])
