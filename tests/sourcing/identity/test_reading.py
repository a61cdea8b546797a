"""Stored names stand under keys of the version that entered them: one that makes other keys has to say so."""

import hashlib
import json

from db.keys.names import name_key, parse_printed
from sourcing.identity.neighbours import found_at
from sourcing.identity.reading import READING

NAMES = (
    "Otis R. Quillfeather", "QUILLFEATHER, Otis, Jr.", "MJ Kim", "Kim Min Jun", "Ji-Rong Wen", "Mei Lyu", "王伟",
    "Wen Quillxu (徐文)", "Anna van den Quillberg", "Abd El-Rahman Quilli", "Jörg Möllfeld", "Satō Takumi", "Sinya Abe",
    "María José Ferrándiz Olmo", "Quillkrishnan S", "Priya", "Nguyễn Văn Quill", "Иван Квилов", "Kathy Quill",
    "K. Vijay-Quill", "Łukasz Żółw", "Dr. Ida Quill, PhD",
)  # fmt: skip


def test_other_keys_are_another_reading() -> None:
    """If this fails, raise READING and put in what it says: the first night then makes the keys of all names anew."""
    told = [(name_key(name), sorted(found_at(parse_printed(name)))) for name in NAMES]
    assert (READING, hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]) == ("1", "d4153a250874")
