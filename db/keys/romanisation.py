"""How names of Chinese, Japanese, Korean and Vietnamese origin are written in Latin letters."""

from __future__ import annotations

import re
from functools import lru_cache

# Every syllable of standard Chinese in Hanyu Pinyin (ISO 7098), tones left out; "lv"/"nv" are how passports and
# keyboards write lü/nü. In each line: an initial, then the finals it takes.
_SYLLABLES = """
b a ai an ang ao ei en eng i ian iao ie in ing o u
p a ai an ang ao ei en eng i ian iao ie in ing o ou u
m a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u
f a an ang ei en eng o ou u
d a ai an ang ao e ei eng i ia ian iao ie ing iu ong ou u uan ui un uo
t a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo
n a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve
l a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve ue
g a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
k a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo
h a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
j i ia ian iang iao ie in ing iong iu u uan ue un
q i ia ian iang iao ie in ing iong iu u uan ue un
x i ia ian iang iao ie in ing iong iu u uan ue un
zh a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo
ch a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo
sh a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo
r an ang ao e en eng i ong ou u uan ui un uo
z a ai an ang ao e ei en eng i ong ou u uan ui un uo
c a ai an ang ao e en eng i ong ou u uan ui un uo
s a ai an ang ao e en eng i ong ou u uan ui un uo
y a an ang ao e i in ing o ong ou u uan ue un
w a ai an ang ei en eng o u
"""
PINYIN = frozenset(
    line.split()[0] + final for line in _SYLLABLES.strip().splitlines() for final in line.split()[1:]
) | {"a", "ai", "an", "ang", "ao", "e", "ei", "en", "er", "o", "ou"}

# Family names of Chinese origin as Pinyin and, after the bar, as Hong Kong, Taiwan and Singapore write them.
CHINESE_SURNAMES = frozenset(
    """
    wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang han
    feng deng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu lv lyu ding ren shen yao cui
    zhong tan jin fan shi liao jia xia fu fang zou xiong bai meng qin qiu hou yin xue yan lei long duan hao tao shao
    mao chang wan gu lai kang he qian niu hong gong wen pang nie yue qi zhuang xing lan ou mei mo mu ning zuo min
    ge jing ji geng guan kong lian lou lou miao mi ni pei qu quan ruan rui sheng shan shu si sang tong teng tu
    wo weng xi xian xin xuan yi ying you zang zha zhan zhai zhen zhi zhuo zi zong bao bian bo bu chai che chi chu
    cong dai dang dan di dou e fei gan gou gui hang hua huai huan hui ju jue ke kuang
    ai an bi cen diao huo jiao leng luan pu qiao ran rao rong shang she shou shuai sui xiang xiu xun
    ouyang zhuge shangguan sima situ huangfu xiahou linghu gongsun
    | wong chan cheung lau leung ng ho kwok kwan lam lai chow chu cheng chung fung hui ip yip kwong lo lui mak mok
    ngai pang poon siu so szeto tam to tsang tse tsui wan yau yeung yiu yuen yung hsu hsieh tsai chiu chou huang kuo
    chiang teng hsiao tseng liao yeh chien hung shih chuang lee tan lim goh ong koh teo chua toh heng chia foo quek
    """.replace("|", " ").split()
)
_VIETNAMESE = (
    "nguyen tran le pham huynh hoang phan vu vo dang bui ngo duong ly truong dinh do doan trinh dao luong luu "
    "quach phung kieu vuong"
)
VIETNAMESE_SURNAMES = frozenset(_VIETNAMESE.split())
_KOREAN = (
    "kim lee park choi jung jeong kang cho yoon jang lim shin han seo kwon hwang ahn song ryu hong jeon ko moon yang "
    "son bae baek heo nam sim noh ha joo koo shim min yoo yim im oh cha chung chang rhee yi pak choe kwak "
    "bang byeon byun chae cheon eom goo gwak hur huh hwangbo hyun jo maeng nah namgung paek paik pyo roh ryoo "
    "seok seol seong sohn suh sung sunwoo um woo yeo yeom yun"
)
KOREAN_SURNAMES = frozenset(_KOREAN.split())
EAST_ASIAN_SURNAMES = CHINESE_SURNAMES | KOREAN_SURNAMES | VIETNAMESE_SURNAMES
# Two letters in capitals before a name in mixed case are a family name ("XU Wei") only if they are one of these;
# otherwise they are initials ("JP Morgan").
_SHORT = (
    "li xu wu hu ma lu he yu gu du fu ye su ou mu mo mi ni qi qu xi ge ke bo ju di ho ng lo so to oh "
    "ko im yi an bu vu vo ly le lv ha"
)
SHORT_SURNAMES = frozenset(_SHORT.split())

MAX_SYLLABLES = 3
# Words of Japanese: a long vowel may be printed with an h, but none before the n that ends a syllable (John, Kohn).
_MORAE = re.compile(
    r"(?:(?:[kgsztdnhbpmrjf]|[kgsnhbpmrtz]y|sh|ch|ts|y|w)?[aiueo](?:h(?![aiueoy]|n(?![aiueoy])))?"
    r"|n|(k)(?=k)|(t)(?=t)|(p)(?=p)|(s)(?=s))+"
)
_KUNREI = (
    ("sy", "sh"), ("ty", "ch"), ("zy", "j"), ("jy", "j"), ("si", "shi"), ("ti", "chi"), ("tu", "tsu"), ("hu", "fu"),
    ("zi", "ji"), ("shh", "sh"), ("chh", "ch"),
)  # fmt: skip
_LABIAL = re.compile("m(?=[bmp])")
_LONG = re.compile(r"([aeiou])(?:h(?![aeiouy])|(?<=o)u|(?<=u)u|(?<=o)o)")
# Sarah and Noah end in no long vowel.
_NOT_LONG = re.compile(r"[aei]h(?![aeiouy])")
_U_UMLAUT = re.compile(r"\b([ln])(?:v|yu)\b")


@lru_cache(maxsize=65536)
def pinyin_readings(word: str) -> tuple[tuple[str, ...], ...]:
    """Every way to read a folded word as one to three Pinyin syllables; empty if it is none.

    >>> pinyin_readings("xian")
    (('xi', 'an'), ('xian',))
    """
    if not word.isascii() or not word.isalpha() or len(word) > 6 * MAX_SYLLABLES:
        return ()
    return tuple(sorted(_readings(word, MAX_SYLLABLES)))


def _readings(word: str, left: int) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [(word,)] if word in PINYIN else []
    if left > 1:
        for cut in range(1, min(7, len(word))):
            if word[:cut] in PINYIN:
                found += [(word[:cut], *rest) for rest in _readings(word[cut:], left - 1)]
    return found


@lru_cache(maxsize=65536)
def japanese(word: str) -> str | None:
    """A Japanese word (folded) as Hepburn writes it, long vowels short: Sinya and Shin-ya, Tohru and Toru, Homma and
    Honma meet. ``None`` for a word that is none.
    """
    word = _LABIAL.sub("n", word)
    if not _MORAE.fullmatch(word):
        return None
    for other, hepburn in _KUNREI:
        word = word.replace(other, hepburn)
    return _LONG.sub(r"\1", word)


def umlaut_u(word: str) -> str:
    """A Pinyin word whose ü is written as v, yu or u, in one way: Lü, Lv, Lyu and Lu. Lu is a name of its own, too."""
    return _U_UMLAUT.sub(r"\1u", word) if "v" in word or "yu" in word else word


@lru_cache(maxsize=65536)
def hepburn(word: str) -> str:
    """A word of a Japanese name as :func:`japanese` gives it; any other as it stands.

    >>> [hepburn(word) for word in ("satoh", "yuuki", "sarah", "john")]
    ['sato', 'yuki', 'sarah', 'john']
    """
    return word if _NOT_LONG.search(word) else japanese(word) or word


# The commoner ones. What is a family name elsewhere too (Kai, Maki) is left out where it is a given name here.
_JAPANESE = (
    "abe adachi aizawa akiyama amano ando aoki aoyama arai araki asada asano azuma baba chiba doi ebihara "
    "eguchi endo enomoto fujii fujikawa fujimoto fujimura fujioka fujisawa fujita fujiwara fukuda fukui "
    "fukumoto fukunaga fukuoka fukushima funakoshi furukawa furuta furuya goto hada hagiwara hamada hamaguchi "
    "hamamoto hanada haneda hara harada hasegawa hashimoto hatanaka hattori hayakawa hayashi hayashida higuchi "
    "hino hirai hirakawa hirano hirata hirayama hirose hisada honda honma hori horie horiguchi horikawa "
    "horiuchi hoshino hosoda hosokawa ichikawa ichinose igarashi iida iijima iizuka ikeda imai imaizumi "
    "imamura inaba inagaki inoue ishibashi ishida ishigaki ishiguro ishihara ishii ishikawa ishiyama isobe ito "
    "iwai iwamoto iwasaki iwase iwata kagawa kamiya kanai kanda kaneda kaneko kasai katayama kato kawabata "
    "kawaguchi kawahara kawai kawakami kawamoto kawamura kawano kawasaki kawashima kawata kikuchi kimura "
    "kinoshita kishi kishimoto kitagawa kitahara kitajima kitamura kitano kobayashi koga koike koizumi kojima "
    "komatsu komori kondo konishi kono kosaka kotani koyama kubo kubota kudo kumagai kurihara kurita kuroda "
    "kusano kuwabara kuwahara machida maeda makino maruyama masuda matsubara matsuda matsui matsumoto "
    "matsumura matsunaga matsuo matsuoka matsushita matsuura mishima mitani mitsui miura miyagawa miyake "
    "miyamoto miyashita miyata miyazaki mizuno mizutani mochizuki mori morikawa morimoto morioka morita "
    "motoyama murakami muramatsu murata muto nagai nagano nagao nagasawa nagashima nagata naito nakagawa "
    "nakahara nakai nakajima nakamura nakanishi nakano nakao nakashima nakata nakayama nakazawa naruse niimi "
    "nishi nishida nishikawa nishimura nishino nishio nishioka nishiyama noda noguchi nomura nonaka oba ochiai "
    "oda ogasawara ogata ogawa ogura ohara ohashi oishi oka okabe okada okamoto okamura okazaki okubo okuda "
    "okumura omori onishi ono onodera osawa oshima ota otake otani otsuka oyama ozaki ozawa saito sakaguchi "
    "sakai sakamoto sakuma sakurai sano sasagawa sasaki satake sato sawada sekiguchi sekine shibata shibuya "
    "shimada shimizu shimura shinohara shiraishi sonoda suda sugawara sugimoto sugita sugiura sugiyama suzuki "
    "tachibana taguchi tahara tajima takada takagi takahara takahashi takano takase takayama takeda takemoto "
    "takemura takenaka takeuchi takizawa tamaki tamura tanabe tanaka taniguchi tashiro tominaga tomita toyoda "
    "tsuchida tsuchiya tsuda tsuji tsukamoto tsutsui uchida uchiyama ueda uehara uemura ueno umeda umezawa "
    "usui wada wakabayashi watabe watanabe yagi yamada yamagishi yamaguchi yamakawa yamamoto yamamura yamanaka "
    "yamane yamasaki yamashita yamauchi yamazaki yanagi yano yasuda yokota yokoyama yoneda yoshida yoshii "
    "yoshikawa yoshimoto yoshimura yoshioka yuasa"
)
JAPANESE_SURNAMES = frozenset(map(hepburn, _JAPANESE.split()))
