"""Whether a name in its own script can be one in Latin letters that stands in its place."""

import pytest

from db.keys.names import parse_name
from db.keys.own_script import can_be_transcribed


@pytest.mark.parametrize(
    ("own", "latin", "can_be"),
    [
        ("王伟", "Wei Wang", True),
        ("王伟", "Wang Wei", True),
        ("王伟", "W. Wang", True),
        ("王伟", "Fang Li", False),
        ("王伟", "Otis Quillfeather", False),
        ("歐陽文", "Wen Ouyang", True),
        ("김민준", "Min-Jun Kim", True),
        ("남궁민", "Min Namgoong", False),
        ("선우민", "Min Sunwoo", True),
        ("佐藤拓海", "Takumi Satoh", True),
        ("小林健", "Ken Kobayashi", True),
        ("大野健", "Ken Ohno", True),
        ("山田太郎", "Taro Yamamoto", False),
        ("王伟", "王芳", False),
        ("Wei Wang", "Wang Wei", False),
    ],
)
def test_the_family_name_tells_whose_transcription_a_name_can_be(own: str, latin: str, can_be: bool) -> None:
    one, other = parse_name(own), parse_name(latin)
    assert can_be_transcribed(one, other) is can_be
    assert can_be_transcribed(other, one) is can_be
