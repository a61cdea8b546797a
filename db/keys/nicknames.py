"""Short and familiar forms of given names, as authors sign with them.

Each line is one group: its first word is the full form, the others stand for it. Two forms match only through the full
form (``liz`` and ``beth`` both mean ``elizabeth``). Collected by hand; forms that are mostly names of their own
("alan"/"al" apart) are left out, since a wrong pair costs more than a missed one.
"""

from __future__ import annotations

from db.keys.romanisation import PINYIN

_GROUPS = """
alexander alex sasha sander xander
alexandra alex sasha sandra
alexandre alex
aleksandr alex sasha
aleksandra alex
alexei alyosha
alfred alf fred
allison allie
andrew andy drew
andreas andy
anthony tony
antonio tony toni
antonius ton
arthur art
augustus gus
barbara barb
benjamin ben benny benji
bernard bernie
bradley brad
caroline carrie
catherine cathy kate cate
charles charlie chuck
christian chris
christina chris tina chrissy
christine chris tina
christoph chris
christopher chris kit topher
constantine costas kostas
cornelis kees
cynthia cindy
daniel dan danny
david dave
deborah deb debbie debby
dennis denny
dimitrios dimitris
dmitry dima mitya
donald don donny
dorothy dot dottie
douglas doug
eduardo edu
edward ed eddie ted
edwin ed
eleanor ellie nell
elizabeth liz beth betty lisa eliza
emanuel manny
emmanuel manny
eugene gene
evgeny eugene zhenya
ferdinand ferdi
francisco paco pancho
frederick fred freddy
friedrich fritz
gabriel gabe
geoffrey geoff
george georgie
georgios george yorgos giorgos
gerald gerry jerry
gerardus gerard
gregory greg
guillermo memo
harold harry hal
heinrich heinz
henrik henk
henry harry hank
hendrik henk
ignacio nacho
ioannis yannis giannis john
isabella bella
jacob jake
jacobus jaap
james jim jimmy jamie
jeffrey jeff
jennifer jen jenny
jeremy jerry
jessica jess
johannes hans johan joop
jonathan jon
joseph joe joey
joshua josh
judith judy
katherine kathy kate katie
kathryn kathy kate
kenneth ken kenny
konstantin kostya
konstantinos kostas costas
lawrence larry
leonard leo len
leonid lenya
leopold leo
louis lou
lucas luke
madeline maddie
manuel manolo
margaret maggie meg peggy marge
martin marty
matthew matt
matthias matt
matthijs thijs
maximilian max
maxwell max
melissa missy
michael mike mick mikey
michel mike
mikhail misha
mitchell mitch
mohammad mohammed muhammad mohamed md mohd
nathan nate
nathaniel nate nat
nicholas nick
nicolas nico nick
nikolai kolya
nikolaos nikos
olexandr alex
oleksandr alex sasha
oliver ollie
pamela pam
panagiotis panos
patricia pat patty tricia
patrick pat
pavel pasha
peter pete
petrus piet
philip phil
phillip phil
ramesh ram
raymond ray
rebecca becky becca
reginald reg
ricardo rick
richard rick dick rich
robert bob rob bobby robbie
roberto beto
rodney rod
roland rolly
ronald ron ronnie
samantha sam
samuel sam sammy
sandra sandy
scott scotty
sebastian seb
sergei serge sergey seryozha
spyridon spyros
stanley stan
stanislav stas slava
stefanie steffi
stephanie steph
stephen steve
steven steve
stuart stu
sudarshan sud
susan sue suzy
suzanne sue
tamara toma
terence terry
theodore ted theo teddy
theodoros theo
theresa terry
thomas tom tommy
timothy tim
tobias toby tobi
valerie val
vasileios vassilis bill
vasiliki vaso
veronica ronnie
victor vic
victoria vicky
vincent vince vinny
vladimir vlad volodya
vyacheslav slava
walter walt
wilhelm willi
william bill will billy willy
zachary zach zack
"""

_FULL_FORMS: dict[str, set[str]] = {}
for _line in _GROUPS.strip().splitlines():
    _full, *_short = _line.split()
    for _word in (_full, *_short):
        _FULL_FORMS.setdefault(_word, set()).add(_full)


def is_nickname(one: str, other: str, *, pinyin: bool = False) -> bool:
    """Whether two folded given names are forms of one name.

    With ``pinyin`` (the family name may be Chinese) a form that is also a Pinyin syllable does not count: "Dan Wang"
    is seldom "Daniel Wang".
    """
    if one == other or (pinyin and (one in PINYIN or other in PINYIN)):
        return False
    first, second = _FULL_FORMS.get(one), _FULL_FORMS.get(other)
    if first is None or second is None:
        return False
    # Through the full form: either is the other's full form, or both are short for the same one.
    return other in first or one in second or not first.isdisjoint(second)


def full_forms(word: str) -> frozenset[str]:
    """The full given names that a folded given name can stand for; empty if none is known."""
    return frozenset(_FULL_FORMS.get(word, ()))
