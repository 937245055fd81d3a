"""Sizes and ratings as people write them, brought to one form: 10公分 and 100 mm are 100mm,
60x60 厘米, 600*600 and 600×600 are 600x600, 一寸 and DN25 are dn25, 5千瓦 is 5000w."""

import re
from collections.abc import Iterator

_NUMBER = r"(\d+(?:\.\d+)?)"
_DIGIT = re.compile(r"\d")
_DIGITS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"两": "2"}
_SAID = re.compile(
    r"[零一二两三四五六七八九十百]+(?=点?[零一二三四五六七八九]*"
    r"(?:公分|厘米|毫米|分管|分的|寸|匹|千瓦|升|公斤|米|平方|个平方|个[的厚粗]))"
)
# Measures as they are spoken: 一匹半, 半寸, 5 个平方, 12 个的 (millimetres), 一米二.
_SPOKEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\d.])(\d+)\s*(匹|寸)半"), r"\1.5\2"),
    (re.compile(r"(?<![\u4e00-\u9fff\d])半(?=[匹寸])"), "0.5"),
    (re.compile(r"(?<=\d)\s*个(?=平方)"), ""),
    (re.compile(r"(?<=\d)\s*个(?=[的厚粗])"), "mm"),
)
_METRES_AND = re.compile(r"(?<![\d.])(\d{1,2})米([1-9一二三四五六七八九])(?![\d十百])")
_SIZE = re.compile(
    rf"{_NUMBER}\s*(?:mm|cm|厘米|公分|毫米)?\s*[x×*＊乘]\s*{_NUMBER}"
    rf"(?:\s*(?:mm|cm|厘米|公分|毫米)?\s*[x×*＊乘]\s*{_NUMBER})?\s*(mm|cm|厘米|公分|毫米|米|m(?![a-z]))?"
)
_BORE = re.compile(r"(?:dn|de|φ|ø|直径)\s*(\d{1,4})(?![\d.])")
_INCH = re.compile(rf"(?<![\d.]){_NUMBER}\s*(分管|分的|分(?=[\u4e00-\u9fff]*[管阀头])|寸|英寸)")
_FEN = {"2": 8, "3": 10, "4": 15, "6": 20}
_INCHES = {
    "0.5": 15, "1": 25, "1.2": 32, "1.25": 32, "1.5": 40, "2": 50, "2.5": 65, "3": 80, "4": 100,
}  # fmt: skip
_TILES_CM = frozenset((30, 40, 45, 50, 60, 75, 80, 90, 120))  # 地砖 60x60 is in centimetres
_UNITS: tuple[tuple[re.Pattern[str], float, str], ...] = tuple(
    (re.compile(rf"(?<![\d.]){_NUMBER}\s*(?:{names})"), factor, unit)
    for names, factor, unit in (
        (r"公分|厘米|cm(?![a-z])", 10, "mm"),
        (r"毫米|mm(?![²2a-z])", 1, "mm"),
        (r"千瓦|kw(?![a-z])", 1000, "w"),
        (r"瓦|w(?![a-z])", 1, "w"),
        (r"匹|hp", 1, "hp"),
        (r"毫升|ml", 1, "ml"),
        (r"升|l(?![a-z])", 1, "l"),
        (r"公斤|千克|kg", 1, "kg"),
        (r"斤(?!\w)", 0.5, "kg"),
        (r"平方毫米|平方线|平方(?=电|铜|的线|$|\s)|mm[²2]", 1, "mm2"),
    )
)
_BARE = re.compile(r"(?<![\d.a-z])(\d{2,4})(?![\d.])")


def _numeral(text: str) -> str:
    """十二 -> 12, 二十五 -> 25, 一百 -> 100."""
    total, digit = 0, 0
    for letter in text:
        if letter in "十百":
            total += max(digit, 1) * (10 if letter == "十" else 100)
            digit = 0
        else:
            digit = int(_DIGITS[letter])
    return str(total + digit)


def plain_numbers(folded: str) -> str:
    """Chinese numerals before a unit as digits, spoken measures as written ones."""
    text = _SAID.sub(lambda found: _numeral(found.group()), folded)
    if "半" in text or "个" in text:
        for pattern, plain in _SPOKEN:
            text = pattern.sub(plain, text)
    return _METRES_AND.sub(_in_millimetres, text) if "米" in text else text


def _in_millimetres(found: re.Match[str]) -> str:
    tenths = _DIGITS.get(found[2], found[2])
    return f"{int(found[1]) * 1000 + int(tenths) * 100}mm"


def specs(folded: str) -> list[str]:
    """The sizes and ratings in a folded text, in their one form, most telling first."""
    text = plain_numbers(folded)
    return list(dict.fromkeys(_found(text))) if _DIGIT.search(text) else []


def without_sizes(folded: str) -> str:
    """The text without sizes and ratings: their letters (dn, mm, kw) spell no word."""
    for pattern in (_BORE, *(pattern for pattern, _, _ in _UNITS)):
        folded = pattern.sub(" ", folded)
    return folded


def _found(text: str) -> Iterator[str]:
    for match in _SIZE.finditer(text):
        first, second, third, unit = match.groups()
        given = [float(side) for side in (first, second, third) if side]
        yield from _sizes(given, unit, text[match.start() : match.end()])
    for bore in _BORE.findall(text):
        yield f"dn{int(bore)}"
    for number, name in _INCH.findall(text):
        bore = (_FEN if name.startswith("分") else _INCHES).get(number)
        if bore:
            yield f"dn{bore}"
    for pattern, factor, unit in _UNITS:
        for number in pattern.findall(text):
            yield f"{float(number) * factor:g}{unit}"
    yield from _BARE.findall(text)


def _sizes(sides: list[float], unit: str | None, said: str) -> Iterator[str]:
    """Sides ascending; of three also the two longest, for a thickness is often left out."""
    if unit in ("cm", "厘米", "公分") or "公分" in said or "厘米" in said:
        sides = [side * 10 for side in sides]
    elif len(sides) == 2 and "m" not in said and all(side in _TILES_CM for side in sides):
        yield "x".join(f"{side * 10:g}" for side in sorted(sides))
    elif unit in ("米", "m"):
        sides = [side * 1000 for side in sides]
    sides = sorted(sides)
    yield "x".join(f"{side:g}" for side in sides)
    if len(sides) == 3:
        yield "x".join(f"{side:g}" for side in sides[1:])
