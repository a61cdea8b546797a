"""Whether a text is in English, the only language whose READMEs are read for what they say.

By letters, for other scripts, and by the small words that every sentence has, for languages in Latin letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ranking.code_quality.documents.headings import is_fence
from ranking.code_quality.documents.texts import LONGEST_LINE

_MOST_LINES = 2000
_ENOUGH_WORDS = 30
_CODE_OR_LINK = re.compile(r"`[^`\n]{0,300}`|https?://\S{1,500}|\]\([^)\n]{0,500}\)|<[^<>\n]{0,300}>")
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]+")
_OTHER_SCRIPT = re.compile(r"[^\W\d_A-Za-zÀ-ɏ\u0370-\u03ff]+")  # Greek letters are mathematics here
_ENGLISH = frozenset({
    "the", "of", "and", "to", "is", "are", "in", "for", "with", "this", "that", "we", "you", "can", "be", "on",
    "from", "as", "by", "our", "it", "at", "if", "an", "or", "your", "will", "have", "use", "which",
})  # fmt: skip
# Without words that English has as well, such as "die", "in", "on" and "me".
_OTHERS = tuple(
    frozenset(words.split())
    for words in (
        "der das und ist nicht ein eine mit für auf von zu den dem des wird sind werden oder wie im zum zur kann durch",
        "le la les des et est une dans pour avec sur du que qui sont par ce cette vous nous au aux ou il ont être",
        "el la los las de y en para con una del por que es se como este esta al su son más puede lo un",
        "os da em para com uma não que por dos das como este esta ao são ser mais na no um de pode você",
        "il di e per con una della che gli le del è sono nel alla si come questo questa dei da può più un",
        "het een en van voor met dat zijn deze op wordt niet aan te bij ook naar als kan worden de",
    )
)


def in_english(lines: Sequence[str]) -> bool:
    """Whether a README is in English, or too short or too much of lists and commands to tell."""
    english = other_script = words = 0
    others = [0] * len(_OTHERS)
    fenced = False
    for line in lines[:_MOST_LINES]:
        if is_fence(line):
            fenced = not fenced
            continue
        if fenced or len(line) > LONGEST_LINE:
            continue
        plain = _CODE_OR_LINK.sub(" ", line)
        if not plain.isascii():
            # Scripts without spaces: two signs are about a word.
            other_script += sum(
                (len(run) + 1) // 2 if run[0] >= "\u2e80" else 1 for run in _OTHER_SCRIPT.findall(plain)
            )
        for word in _LATIN.findall(plain.lower()):
            words += 1
            english += word in _ENGLISH
            for number, known in enumerate(_OTHERS):
                others[number] += word in known
    if other_script >= _ENOUGH_WORDS and other_script > 2 * words / 3:
        return english > 0.15 * words and words >= 2 * _ENOUGH_WORDS  # both languages, one after the other
    if other_script >= _ENOUGH_WORDS and other_script > words / 4 and english < 0.05 * words:
        return False
    return words < _ENOUGH_WORDS or not max(others) > max(0.12 * words, 2 * english)
