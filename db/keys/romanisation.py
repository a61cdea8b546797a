"""How names of Chinese, Vietnamese and Korean origin are written in Latin letters."""

from __future__ import annotations

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
# Two letters in capitals before a name in mixed case are a family name ("XU Wei") only if they are one of these;
# otherwise they are initials ("JP Morgan").
_SHORT = (
    "li xu wu hu ma lu he yu gu du fu ye su ou mu mo mi ni qi qu xi ge ke bo ju di ho ng lo so to oh "
    "ko im yi an bu vu vo ly le lv ha"
)
SHORT_SURNAMES = frozenset(_SHORT.split())

MAX_SYLLABLES = 3


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
