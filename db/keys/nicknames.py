"""Short and familiar forms of given names, as authors sign with them, and names that are written in several ways.

Each line is one group: its first word is the full form, the others stand for it or write it in other letters (Yulia,
Iuliia). Two forms match only through the full form (``liz`` and ``beth`` both mean ``elizabeth``). Collected by hand;
forms that are mostly names of their own ("alan"/"al" apart) are left out, since a wrong pair costs more than a missed
one.
"""

from __future__ import annotations

from db.keys.romanisation import PINYIN

_GROUPS = """
abigail abby
albert bert
alejandra ale alex
alejandro ale alex
aleksandr alex sasha
aleksandra alex ola
aleksei alexei alyosha
alexander alex sasha sander xander
alexandra alex sasha sandra
alexandre alex
alexei alyosha
alfred alf fred
allison allie
amanda mandy
anastasia nastya anastasiia anastasiya
anatoly anatolii anatoliy tolya
andreas andy
andrei andrey andrii andriy
andrew andy drew
angela angie
anna anya annie
anthony tony
antonia toni
antonio tony toni
antonius ton
arnold arnie
arthur art
artyom artem
augustus gus
barbara barb
beatrice bea
beatriz bea
benjamin ben benny benji
bernard bernie
beverly bev
bradley brad
cameron cam
caroline carrie
cassandra cassie
catherine cathy kate cate
cecilia celia
charles charlie chuck
charlotte lottie
chester chet
christian chris
christina chris tina chrissy
christine chris tina
christoph chris
christopher chris kit topher
clifford cliff
clinton clint
concepcion concha conchita
constantine costas kostas
cornelis kees
cornelius cor
curtis curt
cynthia cindy
daniel dan danny
daria darya dasha
david dave
deborah deb debbie debby
dennis denny
dimitrios dimitris
dmitry dima mitya dmitri dmitrii dmitriy dmytro
dolores lola
domenico mimmo
donald don donny
dorothy dot dottie
douglas doug
edgar ed
edmund ed eddie
eduard ed edi
eduardo edu
edward ed eddie ted
edwin ed
ekaterina katya kate katerina yekaterina
eleanor ellie nell
elena lena olena yelena
elizabeth liz beth betty lisa eliza
emanuel manny
emmanuel manny
enrique quique kike
ernest ernie
eugene gene
evgenia zhenya evgeniya yevgenia
evgeny eugene zhenya evgenii evgeniy yevgeny yevgeniy ievgen yevhen
ferdinand ferdi
fiodor fedor fyodor
frances fran
francesco franco
francis frank fran
francisco paco pancho
franklin frank
frederick fred freddy
friedrich fritz
gabriel gabe
gennady gennadi gena
geoffrey geoff
george georgie
georgios george yorgos giorgos
gerald gerry jerry
gerardus gerard
gerhard gerd
gilbert gil
giovanni gianni
giuseppe beppe pino
gregorio goyo
gregory greg
grigory grigori grigorii grisha
guillermo memo
gustavo gus
gwendolyn gwen
harold harry hal
heinrich heinz
hendrik henk
henrik henk
henry harry hank
herbert herb
howard howie
hubert bert
ignacio nacho
igor ihor
illia ilya ilia
ioannis yannis giannis john
irina ira iryna
isaac ike
isabella bella
ivan vanya
jacob jake
jacobus jaap
jacqueline jackie
jakub kuba
james jim jimmy jamie
janet jan
javier xavier xabier javi
jeffrey jeff
jennifer jen jenny
jeremy jerry
jerome jerry
jessica jess
joachim jochen achim
joanna jo asia
joanne jo
johann hans
johannes hans johan joop
john jack johnny jon
jonathan jon
jose pepe
josef sepp
josep pep
joseph joe joey
joshua josh
judith judy
julia yulia iuliia yuliya yuliia
katarzyna kasia
katharine kathy kate katie
katherine kathy kate katie kat
kathleen kathy kate katie
kathryn kathy kate
kenneth ken kenny
kimberly kim
konstantin kostya
konstantinos kostas costas
kristina kris tina
kristopher kris
krzysztof krzys
ksenia xenia kseniia kseniya
laurence larry laurie
lawrence larry
leonard leo len
leonid lenya
leopold leo
leslie les
louis lou
lucas luke
lyubov luba lyuba
lyudmila luda lyuda ludmila
madeline maddie
malgorzata gosia
manuel manolo
margaret maggie meg peggy marge
maria masha mariia mariya marie
martin marty
mathew matt
matthew matt
matthias matt
matthijs thijs
maurice moe
maximilian max
maximiliano maxi
maxwell max
melissa missy
michael mike mick mikey
michal mike
michel mike
miguel migue
mikhail misha mykhailo
milton milt
mitchell mitch
mohammad mohammed muhammad mohamed md mohd
montserrat montse
nadezhda nadia nadya
natalia natasha natalya nataliya nataliia natalie
nathan nate
nathaniel nate nat
nicholas nick
nicolas nico nick
nikita nick
nikolai kolya nikolay mykola
nikolaos nikos
norman norm
oleksandr alex sasha
olexandr alex
olga olya olha
oliver ollie
pamela pam
panagiotis panos
patricia pat patty tricia
patrick pat
pavel pasha
peter pete piotr petr pyotr petro
petrus piet
philip phil
phillip phil
rafael rafa
ramesh ram
randall randy
randolph randy
raphael raph
raymond ray
rebecca becky becca
reginald reg
ricardo rick
richard rick dick rich
robert bob rob bobby robbie
roberto beto
rodney rod
roger rog
roland rolly
ronald ron ronnie
rosemary rose
rudolf rudi rudy
russell russ
salvador salva
samantha sam
samuel sam sammy
sandra sandy
santiago santi
scott scotty
sebastian seb
sergei serge sergey seryozha sergii serhii serhiy sergiy
sidney sid
sigmund sig
solomon sol
sophia sofia sofiia sofya sophie
spyridon spyros
stanislav stas slava
stanley stan
stefanie steffi
stephanie steph
stephen steve
steven steve
stuart stu
sudarshan sud
susan sue suzy
suzanne sue
svetlana sveta svitlana
sylvester sly
tamara toma
tatiana tanya tatyana tetiana
terence terry
theodor theo
theodore ted theo teddy
theodoros theo
theresa terry
thomas tom tommy
timothy tim
tobias toby tobi
tomas tom
tomasz tomek
ulrich uli ulli
ursula uschi
valentin valya
valerie val
valery valerii valeri valeriy
vasileios vassilis bill
vasiliki vaso
vasily vasilii vasiliy vasyl vasya
vernon vern
veronica ronnie
victor vic
victoria vicky viktoria viktoriia viktoriya
vincent vince vinny
virginia ginny
vladimir vlad volodya
volodymyr vova
vyacheslav slava
walter walt
wesley wes
wilhelm willi
william bill will billy willy
wojciech wojtek
wolfgang wolf
yaroslav slava
yuri yury yurii iurii jurij yuriy
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
