"""Family names in Chinese, Japanese and Korean script, and how they are written in Latin letters.

Enough to see that two printings in one place of a paper can be one name. Readings are those of all languages that write
the name so, as papers romanise them. Whoever bears a rarer name is not recognised.
"""

from __future__ import annotations

from db.keys.names import ParsedName
from db.keys.romanisation import hepburn

# In each entry: a name, with other ways to write it after a slash; then its readings.
_CHINESE = """
王 wang wong ong heng oh | 李 li lee lei ly yi rhee | 张/張 zhang chang cheung teo chong jang truong
刘/劉 liu lau liew low ryu yoo luu | 陈/陳 chen chan tan chin jin tran | 杨/楊 yang yeung yeo young duong
赵/趙 zhao chao chiu jo cho trieu | 黄/黃 huang wong ng hwang hoang huynh
周 zhou chou chow chau chew joo ju chu | 吴/吳 wu ng goh oh ngo | 徐 xu hsu chui chee seo suh
孙/孫 sun suen son sohn ton | 胡 hu woo wu ho | 朱 zhu chu choo joo ju | 高 gao kao ko go koh cao
林 lin lam lim im rim | 何 he ho hoh ha | 郭 guo kuo kwok kwak gwak quach | 马/馬 ma mah mar
罗/羅 luo lo law na la | 梁 liang leung leong yang ryang luong | 宋 song sung soong
郑/鄭 zheng cheng chang tay jung jeong chung trinh | 谢/謝 xie hsieh tse cheah ta | 韩/韓 han hon
唐 tang tong dang duong | 冯/馮 feng fung foong phung | 于 yu yue | 董 dong tung dung
萧/蕭/肖 xiao hsiao siu siew | 程 cheng ching jeong | 曹 cao tsao cho tso jo tao | 袁 yuan yuen won vien
邓/鄧 deng teng tang dang | 许/許 xu hsu hui koh heo hur huh hua | 傅 fu foo pu pho
沈 shen sum shum sim shim tham | 曾 zeng tseng tsang chan tang | 彭 peng pang | 吕/呂 lu lyu lv lui yeo lyo la
苏/蘇 su so soo to | 卢/盧 lu lo loo noh roh | 蒋/蔣 jiang chiang cheung jang tuong
蔡 cai tsai choi chua chae thai | 贾/賈 jia chia ka | 丁 ding ting jung jeong chung dinh | 魏 wei ngai wi nguy
薛 xue hsueh sit seol tiet | 叶/葉 ye yeh ip yip yap diep | 阎/閻/闫 yan yen yim | 余 yu yee yue yeo du
潘 pan poon phua ban phan | 杜 du tu to doo do | 戴 dai tai | 夏 xia hsia ha | 钟/鍾/鐘 zhong chung jong
汪 wang wong uong | 田 tian tien tin jeon dien | 任 ren jen yam im lim yim nham
姜 jiang chiang keung kang gang khuong | 范 fan bum pham | 方 fang fong bang pang phuong
石 shi shih shek seok thach | 姚 yao yiu yeow | 谭/譚 tan tam tham | 廖 liao liaw liu | 邹/鄒 zou tsou chow
熊 xiong hsiung hung | 金 jin chin kam kim gim | 陆/陸 lu luk | 郝 hao hau | 孔 kong kung hung gong
白 bai pai pak baek paik back bach | 崔 cui tsui chui choi choe thoi | 康 kang hong | 毛 mao mo
邱 qiu chiu yau khoo | 秦 qin chin chun tan | 江 jiang chiang kong giang | 史 shi shih sa su
顾/顧 gu ku koo co | 侯 hou hau how | 邵 shao siu so | 孟 meng mang maeng manh | 龙/龍 long lung
万/萬 wan man van | 段 duan tuan dan doan | 雷 lei lui loi | 钱/錢 qian chien chin | 汤/湯 tang tong thang
尹 yin wan yoon yun doan | 黎 li lai le | 易 yi yik dich | 常 chang sheung thuong | 武 wu mo vu vo
乔/喬 qiao chiao kiu kieu | 贺/賀 he ho ha | 赖/賴 lai loi | 龚/龔 gong kung cung | 文 wen man moon mun van
洪 hong hung ang | 朴 park pak bak piao phac | 柳 liu ryu yoo yu | 申 shen shin sin | 权/權 quan kwon gwon quyen
全 quan jeon chun toan | 南 nan nam | 安 an ahn | 严/嚴 yan yim eom um nghiem | 倪 ni ngai nghe
施 shi shih sze si | 陶 tao to dao | 温/溫 wen wan on | 莫 mo mok mac | 季 ji gye quy | 俞 yu yue du yoo
章 zhang chang cheung jang | 鲁/魯 lu lo noh | 葛 ge ko | 韦/韋 wei wai vi | 毕/畢 bi pi | 聂/聶 nie nip
焦 jiao chiao | 向 xiang heung | 柴 chai | 涂 tu | 祝 zhu chuk | 左 zuo tso ta | 齐/齊 qi chi tsai
梅 mei mui mai | 庄/莊 zhuang chuang chong trang | 辛 xin hsin | 管 guan kuan | 游 you yu yau
欧阳/歐陽 ouyang auyeung | 司马/司馬 sima szeto | 诸葛/諸葛 zhuge | 上官 shangguan
"""
_KOREAN = """
김 kim gim | 이 lee yi rhee li i | 박 park pak bak | 최 choi choe | 정 jung jeong chung cheong joung
강 kang gang | 조 cho jo | 윤 yoon yun | 장 jang chang | 임 lim im yim rim | 한 han hahn | 오 oh o
서 seo suh so | 신 shin sin | 권 kwon gwon | 황 hwang | 안 ahn an | 송 song | 전 jeon chun jun cheon | 홍 hong
유 yoo yu you ryu | 류 ryu yu yoo ryoo lyu | 고 ko koh go | 문 moon mun | 양 yang | 손 son sohn | 배 bae pae
백 baek paik back paek | 허 heo hur huh | 남 nam nahm | 심 shim sim | 노 noh no roh | 하 ha | 곽 kwak gwak
성 sung seong | 차 cha | 주 joo ju chu | 우 woo wu u | 구 koo gu ku goo | 민 min | 나 na nah ra | 진 jin chin
지 ji chi jee | 엄 eom um | 채 chae | 원 won | 천 cheon chun | 방 bang pang | 공 kong gong | 현 hyun hyeon
함 ham hahm | 변 byun byeon | 염 yeom yum | 여 yeo | 추 choo chu | 도 do | 소 so | 석 seok suk | 선 sun seon
설 seol sul | 마 ma | 길 gil kil | 연 yeon | 위 wi wee | 표 pyo | 명 myung myeong | 기 ki gi | 반 ban | 왕 wang
금 keum geum | 옥 ok | 맹 maeng | 제 je | 모 mo | 탁 tak | 국 kook guk | 은 eun | 편 pyun | 용 yong
남궁 namgung namkoong namkung | 황보 hwangbo | 제갈 jegal | 선우 sunwoo seonwoo
"""
_JAPANESE = """
佐藤 sato | 鈴木 suzuki | 高橋 takahashi | 田中 tanaka | 伊藤 ito | 渡辺/渡邊/渡邉 watanabe | 山本 yamamoto
中村 nakamura | 小林 kobayashi | 加藤 kato | 吉田 yoshida | 山田 yamada | 佐々木 sasaki | 山口 yamaguchi
松本 matsumoto | 井上 inoue | 木村 kimura | 林 hayashi | 斎藤/斉藤/齋藤 saito | 清水 shimizu
山崎 yamazaki yamasaki | 森 mori | 池田 ikeda | 橋本 hashimoto | 阿部 abe | 石川 ishikawa | 山下 yamashita
中島 nakajima nakashima | 石井 ishii | 小川 ogawa | 前田 maeda | 岡田 okada | 長谷川 hasegawa | 藤田 fujita
後藤 goto | 近藤 kondo | 村上 murakami | 遠藤 endo | 青木 aoki | 坂本 sakamoto | 斎木 saiki | 福田 fukuda
太田 ota | 西村 nishimura | 藤井 fujii | 金子 kaneko | 岡本 okamoto | 藤原 fujiwara | 三浦 miura | 中野 nakano
中川 nakagawa | 原田 harada | 松田 matsuda | 竹内 takeuchi | 小野 ono | 田村 tamura | 中山 nakayama | 和田 wada
石田 ishida | 森田 morita | 上田 ueda | 原 hara | 内田 uchida | 柴田 shibata | 酒井 sakai | 宮崎 miyazaki
横山 yokoyama | 高木 takagi | 安藤 ando | 宮本 miyamoto | 大野 ono | 小島 kojima | 今井 imai | 工藤 kudo
谷口 taniguchi | 高田 takada | 増田 masuda | 丸山 maruyama | 杉山 sugiyama | 村田 murata | 大塚 otsuka
新井 arai | 小山 koyama oyama | 平野 hirano | 藤本 fujimoto | 河野 kono kawano | 上野 ueno | 野口 noguchi
武田 takeda | 松井 matsui | 千葉 chiba | 菅原 sugawara | 岩崎 iwasaki | 久保 kubo | 木下 kinoshita | 佐野 sano
野村 nomura | 松尾 matsuo | 菊地/菊池 kikuchi | 杉本 sugimoto | 市川 ichikawa | 古川 furukawa | 大西 onishi
島田 shimada | 水野 mizuno | 桜井/櫻井 sakurai | 高野 takano | 吉川 yoshikawa | 山内 yamauchi | 西田 nishida
飯田 iida | 菊田 kikuta | 西川 nishikawa | 小松 komatsu | 北村 kitamura | 安田 yasuda | 五十嵐 igarashi
川口 kawaguchi | 平田 hirata | 関 seki | 中田 nakata nakada | 久保田 kubota | 服部 hattori | 東 higashi azuma
岩田 iwata | 土屋 tsuchiya | 川崎 kawasaki | 福島 fukushima | 本田 honda | 樋口 higuchi | 秋山 akiyama
永井 nagai | 山中 yamanaka | 大島 oshima | 大橋 ohashi | 松下 matsushita | 黒田 kuroda | 荒木 araki
"""


def _read(table: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for entry in table.strip().replace("\n", "|").split("|"):
        names, *readings = entry.split()
        for name in names.split("/"):
            found[name] = found.get(name, frozenset()) | frozenset(map(hepburn, readings))
    return found


_READINGS = _read("|".join((_CHINESE.strip(), _KOREAN.strip(), _JAPANESE.strip())))
_LONGEST = max(map(len, _READINGS))


def can_be_transcribed(one: ParsedName, other: ParsedName) -> bool:
    """Whether one of two names in one place is in its own script and the other has its family name in Latin letters.

    >>> from db.keys.names import parse_name
    >>> [can_be_transcribed(parse_name("王伟"), parse_name(name)) for name in ("Wei Wang", "Wang Wei", "Fang Li")]
    [True, True, False]
    """
    if one.native == other.native:
        return False
    own, latin = (one, other) if one.native else (other, one)
    # How long a family name is cannot be seen for sure: 小林健 is taken for 小.
    readings = frozenset[str]().union(*(_READINGS.get(own.key[:cut], ()) for cut in range(1, _LONGEST + 1)))
    words = *latin.given_parts[:1], *latin.family_parts, "".join(latin.family_parts)
    return not readings.isdisjoint(map(hepburn, words))
