"""English display names and search keys of Chinese place names.

Run `python -m market.regions.romanise` after changing a rule here: it rewrites the
precomputed columns of `data/divisions.csv.gz`, so that nothing is computed at load time.
"""

import csv
import gzip
import io
from pathlib import Path

from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict
from pypinyin.phrases_dict import phrases_dict

DATA = Path(__file__).parent / "data" / "divisions.csv.gz"

PROVINCES = {
    "北京市": "Beijing",
    "天津市": "Tianjin",
    "上海市": "Shanghai",
    "重庆市": "Chongqing",
    "山西省": "Shanxi Province",
    "陕西省": "Shaanxi Province",
    "内蒙古自治区": "Inner Mongolia",
    "广西壮族自治区": "Guangxi",
    "西藏自治区": "Xizang (Tibet)",
    "宁夏回族自治区": "Ningxia",
    "新疆维吾尔自治区": "Xinjiang",
}
PLACEHOLDERS = {
    "市辖区": "Municipal districts",
    "县": "Counties",
    "省直辖县级行政区划": "Directly under the province",
    "自治区直辖县级行政区划": "Directly under the region",
}
# Names that are not written in pinyin (from Mongolian, Uyghur, Tibetan).
TRADITIONAL = {
    "呼和浩特": "Hohhot",
    "鄂尔多斯": "Ordos",
    "呼伦贝尔": "Hulunbuir",
    "巴彦淖尔": "Bayannur",
    "乌兰察布": "Ulanqab",
    "锡林郭勒": "Xilingol",
    "锡林浩特": "Xilinhot",
    "阿拉善": "Alxa",
    "兴安盟": "Hinggan League",
    "乌鲁木齐": "Urumqi",
    "克拉玛依": "Karamay",
    "吐鲁番": "Turpan",
    "阿克苏": "Aksu",
    "喀什": "Kashi",
    "和田": "Hotan",
    "伊犁": "Ili",
    "阿勒泰": "Altay",
    "巴音郭楞": "Bayingolin",
    "博尔塔拉": "Bortala",
    "克孜勒苏": "Kizilsu",
    "拉萨": "Lhasa",
    "日喀则": "Xigaze",
    "林芝": "Nyingchi",
    "昌都": "Qamdo",
    "那曲": "Nagqu",
    "阿里": "Ngari",
}
PEOPLES = {
    "维吾尔": "Uygur",
    "哈萨克": "Kazak",
    "柯尔克孜": "Kirgiz",
    "塔吉克": "Tajik",
    "锡伯": "Xibe",
    "乌孜别克": "Uzbek",
    "俄罗斯": "Russian",
    "塔塔尔": "Tatar",
    "达斡尔": "Daur",
    "鄂伦春": "Oroqen",
    "鄂温克": "Ewenki",
    "赫哲": "Hezhen",
    "蒙古": "Mongol",
    "回族": "Hui",
    "藏族": "Tibetan",
    "壮族": "Zhuang",
    "苗族": "Miao",
    "彝族": "Yi",
    "布依": "Bouyei",
    "朝鲜": "Korean",
    "满族": "Manchu",
    "侗族": "Dong",
    "瑶族": "Yao",
    "白族": "Bai",
    "土家": "Tujia",
    "哈尼": "Hani",
    "傣族": "Dai",
    "黎族": "Li",
    "傈僳": "Lisu",
    "佤族": "Va",
    "畲族": "She",
    "拉祜": "Lahu",
    "水族": "Sui",
    "东乡": "Dongxiang",
    "纳西": "Naxi",
    "景颇": "Jingpo",
    "土族": "Tu",
    "仫佬": "Mulao",
    "羌族": "Qiang",
    "布朗": "Blang",
    "撒拉": "Salar",
    "毛南": "Maonan",
    "仡佬": "Gelao",
    "阿昌": "Achang",
    "普米": "Pumi",
    "怒族": "Nu",
    "德昂": "De'ang",
    "保安": "Bonan",
    "裕固": "Yugur",
    "京族": "Gin",
    "独龙": "Derung",
    "门巴": "Monba",
    "珞巴": "Lhoba",
    "基诺": "Jino",
    "各族": "All-Ethnic",
    "达翰尔": "Daur",
}
# Longest first within a level; the first that fits names the kind of place.
SUFFIXES = (
    ("高新技术产业开发区", "High-tech Zone"),
    ("经济技术开发区", "Economic Development Zone"),
    ("经济开发区", "Economic Development Zone"),
    ("高新技术开发区", "High-tech Zone"),
    ("工业园区", "Industrial Park"),
    ("产业园区", "Industrial Park"),
    ("街道办事处", "Subdistrict"),
    ("开发区", "Development Zone"),
    ("示范区", "Demonstration Zone"),
    ("管理区", "Management Zone"),
    ("管理处", "Administration"),
    ("管理局", "Administration"),
    ("工业园", "Industrial Park"),
    ("产业园", "Industrial Park"),
    ("服务中心", "Service Centre"),
    ("高新区", "High-tech Zone"),
    ("新城", "New Town"),
    ("办事处", "Office"),
    ("自治州", "Autonomous Prefecture"),
    ("自治县", "Autonomous County"),
    ("自治旗", "Autonomous Banner"),
    ("民族苏木", "Ethnic Sumu"),
    ("民族乡", "Ethnic Township"),
    ("民族镇", "Ethnic Town"),
    ("良种场", "Seed Farm"),
    ("原种场", "Seed Farm"),
    ("街道", "Subdistrict"),
    ("地区", "Prefecture"),
    ("林区", "Forestry District"),
    ("矿区", "Mining District"),
    ("特区", "Special District"),
    ("新区", "New Area"),
    ("苏木", "Sumu"),
    ("农场", "Farm"),
    ("林场", "Forest Farm"),
    ("牧场", "Ranch"),
    ("茶场", "Tea Farm"),
    ("渔场", "Fish Farm"),
    ("水库", "Reservoir"),
    ("监狱", "Prison"),
    ("园区", "Park"),
    ("省", "Province"),
    ("市", "City"),
    ("盟", "League"),
    ("县", "County"),
    ("区", "District"),
    ("旗", "Banner"),
    ("镇", "Town"),
    ("乡", "Township"),
)
_OF_PEOPLES = ("自治州", "自治县", "自治旗", "民族乡", "民族镇", "民族苏木", "乡", "镇", "区")
_ETHNIC = {"乡": "Ethnic Township", "镇": "Ethnic Town", "区": "District"}
# Readings that only hold in place names.
READINGS = {
    "六安": ["lu", "an"],
    "六合": ["lu", "he"],
    "铅山": ["yan", "shan"],
    "番禺": ["pan", "yu"],
    "乐亭": ["lao", "ting"],
    "乐清": ["yue", "qing"],
    "乐陵": ["lao", "ling"],
    "蔚县": ["yu", "xian"],
    "涡阳": ["guo", "yang"],
    "台州": ["tai", "zhou"],
    "丽水": ["li", "shui"],
    "洪洞": ["hong", "tong"],
    "单县": ["shan", "xian"],
    "莘县": ["shen", "xian"],
    "东阿": ["dong", "e"],
    "中牟": ["zhong", "mu"],
    "牟平": ["mu", "ping"],
    "泌阳": ["bi", "yang"],
    "浚县": ["xun", "xian"],
    "枞阳": ["zong", "yang"],
    "尉犁": ["yu", "li"],
    "长子": ["zhang", "zi"],
    "繁峙": ["fan", "shi"],
    "犍为": ["qian", "wei"],
    "筠连": ["jun", "lian"],
    "荥经": ["ying", "jing"],
    "荥阳": ["xing", "yang"],
    "监利": ["jian", "li"],
    "黄陂": ["huang", "pi"],
    "郫都": ["pi", "du"],
    "大邑": ["da", "yi"],
    "大埔": ["da", "bu"],
    "阿房": ["e", "pang"],
    "阿坝": ["a", "ba"],
    "儋州": ["dan", "zhou"],
    "重庆": ["chong", "qing"],
    "会稽": ["kuai", "ji"],
    "盱眙": ["xu", "yi"],
    "甪直": ["lu", "zhi"],
    "嵊泗": ["sheng", "si"],
    "朝阳": ["chao", "yang"],
    "曲阳": ["qu", "yang"],
    "曲靖": ["qu", "jing"],
    "宿州": ["su", "zhou"],
    "宿迁": ["su", "qian"],
    "任丘": ["ren", "qiu"],
    "任县": ["ren", "xian"],
    "任城": ["ren", "cheng"],
    "盖州": ["gai", "zhou"],
    "华县": ["hua", "xian"],
    "华阴": ["hua", "yin"],
    "柏乡": ["bai", "xiang"],
    "渑池": ["mian", "chi"],
    "隆尧": ["long", "yao"],
    "新津": ["xin", "jin"],
    "行唐": ["xing", "tang"],
    "大城": ["dai", "cheng"],
    "栎阳": ["yue", "yang"],
    "吴堡": ["wu", "bu"],
    "瓦窑堡": ["wa", "yao", "bu"],
    "镇": ["zhen"],
    "藏族": ["zang", "zu"],
    "大藏": ["da", "zang"],
    "会理": ["hui", "li"],
    "都江堰": ["du", "jiang", "yan"],
    "什邡": ["shi", "fang"],
    "邛崃": ["qiong", "lai"],
    "长春": ["chang", "chun"],
    "长沙": ["chang", "sha"],
}
load_phrases_dict(phrases_dict)  # the site itself runs without it, to save memory
load_single_dict({ord("曾"): "zēng"})
load_phrases_dict({word: [[s] for s in sounds] for word, sounds in READINGS.items()})


def syllables(name: str) -> list[str]:
    """The toneless syllables of a name, ü written v; other characters stay as they are."""
    return [s for s in lazy_pinyin(name, style=Style.NORMAL) if s.strip()]


def search_key(name: str) -> str:
    """The whole name in pinyin without spaces, for search ("fupingxian")."""
    return "".join(c for s in syllables(name) for c in s.lower() if c.isascii() and c.isalnum())


def initials(name: str) -> str:
    """The first letters of the syllables ("fpx")."""
    return "".join(s[0].lower() for s in syllables(name) if s[0].isascii() and s[0].isalnum())


def _spell(name: str) -> str:
    word = ""
    for syllable in lazy_pinyin(name, style=Style.NORMAL, v_to_u=True):
        if word and word[-1].isalpha() and syllable[:1] in "aeo":
            word += "'"
        word += syllable
    return word[:1].upper() + word[1:]


def _specific(name: str) -> str:
    for chinese, english in TRADITIONAL.items():
        if name == chinese:
            return english
    return _spell(name)


def _split_peoples(stem: str) -> tuple[str, list[str]]:
    peoples: list[str] = []
    found = True
    while found:
        found = False
        for people, english in PEOPLES.items():
            for form in (people + "族", people):
                if stem.endswith(form) and len(stem) > len(form):
                    stem, found = stem[: -len(form)], True
                    peoples.insert(0, english)
                    break
            if found:
                break
    return stem, peoples


def english_name(name: str, level: str) -> str:
    """The name for English readers: pinyin with the administrative word added."""
    fixed = PROVINCES.get(name) if level == "province" else PLACEHOLDERS.get(name)
    if fixed or name in TRADITIONAL:
        return fixed or TRADITIONAL[name]
    for suffix, word in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return _with_suffix(name, suffix, word, level)
    return _specific(name)


def _with_suffix(name: str, suffix: str, word: str, level: str) -> str:
    stem = name[: -len(suffix)]
    kind = "Area" if level == "town" and suffix == "地区" else word
    peoples: list[str] = []
    if suffix in _OF_PEOPLES:
        bare, found = _split_peoples(stem)
        if found and ("族" in stem or suffix not in _ETHNIC):
            stem, peoples = bare, found
            kind = _ETHNIC.get(suffix, word)
    kept = name if len(stem) == 1 and not peoples else stem
    joined = " and ".join(filter(None, [", ".join(peoples[:-1]), *peoples[-1:]]))
    return " ".join(filter(None, [_specific(kept), joined, kind]))


def rewrite(path: Path = DATA) -> int:
    """Recompute the name columns of the data file; returns the number of rows."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        shown = row["display_name"] or row["name"]
        row["name_en"] = english_name(shown, row["level"])
        row["pinyin"] = search_key(shown)
        row["initials"] = initials(shown)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    return len(rows)


if __name__ == "__main__":
    rewrite()
