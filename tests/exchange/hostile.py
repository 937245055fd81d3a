"""Files as an attacker, a broken program or an honest mistake makes them."""

import io
import zipfile
from functools import cache

from openpyxl import Workbook

HEAD = "规格编号"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>'
    '<sheet name="货" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELS = (
    f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{REL}/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)


def cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def rows_xml(inner, dimension="A1:B2"):
    return (
        f'<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>'
        f'<row r="1">{cell("A1", HEAD)}{cell("B1", "每包售价")}</row>{inner}'
        "</sheetData></worksheet>"
    ).replace("每包售价", "每包售价（元）")


def book(sheet=None, **parts):
    """A workbook of raw parts; keys are paths with `__` for `/` and `_x` for `.xml`."""
    files = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELS,
        "xl/worksheets/sheet1.xml": rows_xml("") if sheet is None else sheet,
        **{name: body for name, body in parts.items() if body is not None},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def by_library(fill):
    """A workbook of openpyxl's, filled by a function."""
    workbook = Workbook()
    fill(workbook)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def one(value, place="B2"):
    """A sheet with one row whose price is a raw cell."""
    return book(rows_xml(f'<row r="2">{cell("A2", "x")}{value}</row>')) if place else b""


def zipped(name, body, level=9):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        archive.writestr(name, body)
    return buffer.getvalue()


def bomb(megabytes=64):
    """A sheet of spaces: a thousand to one."""
    return book(rows_xml(" " * (megabytes << 20)))


def lying():
    """The bomb with a small size in its directory."""
    data = bytearray(bomb(40))
    at = data.rfind(b"PK\x01\x02")
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        if b"sheet1.xml" in data[at : at + 80]:
            data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def shared(count, text="<t>a</t>"):
    strings = f'<sst xmlns="{MAIN}">' + f"<si>{text}</si>" * count + "</sst>"
    return book(**{"xl/sharedStrings.xml": strings})


def doctype(body):
    return book("<!DOCTYPE worksheet [" + body + "]>" + rows_xml(""))


LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10)
)


def many_parts():
    return book(**{f"xl/junk{n}.xml": "x" for n in range(3_000)})


def hidden(state):
    def fill(workbook):
        workbook.active.append([HEAD, "每包售价（元）"])
        workbook.active.append(["x", 5])
        workbook.active.sheet_state = state

    data = by_library(lambda w: (fill(w), w.create_sheet("空"))) if state == "half" else None
    if data:
        return data
    visible = WORKBOOK.replace('sheetId="1"', f'sheetId="1" state="{state}"')
    return book(**{"xl/workbook.xml": visible})


def cached_formula():
    """A formula with a stored value that looks like an honest price."""
    return one('<c r="B2"><f>1+1</f><v>88</v></c>')


def rows(count, width=2):
    line = "".join(cell(f"{chr(65 + n)}{{0}}", "x") for n in range(width))
    return book(rows_xml("".join(f'<row r="{n}">{line.format(n)}</row>' for n in range(2, count))))


CASES = {
    "formula": lambda: one('<c r="B2"><f>HYPERLINK("http://x")</f></c>'),
    "formula with another stored value": cached_formula,
    "array formula": lambda: one('<c r="B2"><f t="array" ref="B2">1</f><v>1</v></c>'),
    "dde in csv": f"{HEAD},每包售价（元）\nx,=cmd|' /C calc'!A0\n".encode,
    "full-width formula in csv": f"{HEAD},每包售价（元）\nx,＝1+1\n".encode,
    "error value": lambda: one('<c r="B2" t="e"><v>#DIV/0!</v></c>'),
    "exponent": lambda: one('<c r="B2"><v>1E400000000</v></c>'),
    "not a number": lambda: one('<c r="B2"><v>abc</v></c>'),
    "shared string out of reach": lambda: one('<c r="B2" t="s"><v>99999999</v></c>'),
    "negative shared string": lambda: one('<c r="B2" t="s"><v>-1</v></c>'),
    "zip bomb": bomb,
    "zip bomb that lies about its size": lying,
    "bomb in a part nobody reads": lambda: book(**{"xl/media/a.xml": " " * (60 << 20)}),
    "a million shared strings": lambda: shared(1_000_000),
    "a very long shared string": lambda: shared(1, "<t>" + "字" * 4_000_000 + "</t>"),
    "external entity": lambda: doctype('<!ENTITY x SYSTEM "file:///etc/passwd">'),
    "parameter entity": lambda: doctype('<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;'),
    "billion laughs": lambda: doctype(LAUGHS),
    "billion laughs in the workbook part": lambda: book(
        **{"xl/workbook.xml": f"<!DOCTYPE w [{LAUGHS}]>{WORKBOOK}"}
    ),
    "utf-16 doctype": lambda: book(
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w []>' + rows_xml("")).encode("utf-16")
    ),
    "external link": lambda: book(**{"xl/externalLinks/externalLink1.xml": "<externalLink/>"}),
    "external sheet": lambda: book(
        **{"xl/_rels/workbook.xml.rels": RELS.replace("Target=", 'TargetMode="External" Target=')}
    ),
    "sheet outside of the archive": lambda: book(
        **{"xl/_rels/workbook.xml.rels": RELS.replace("worksheets/", "../../../../etc/")}
    ),
    "hidden sheet": lambda: hidden("hidden"),
    "very hidden sheet": lambda: hidden("veryHidden"),
    "huge dimension": lambda: book(
        rows_xml(f'<row r="2">{cell("A2", "x")}</row>', "A1:XFD1048576")
    ),
    "last cell of the grid": lambda: book(
        rows_xml(f'<row r="1048576">{cell("XFD1048576", "x")}</row>', "A1:XFD1048576")
    ),
    "one row of a million cells": lambda: book(
        rows_xml('<row r="2">' + "<c><v>1</v></c>" * 1_000_000 + "</row>")
    ),
    "too many rows": lambda: rows(21_000),
    "too many rows of csv": (f"{HEAD}\n" + "x\n" * 25_000).encode,
    "depth": lambda: book(rows_xml("<a>" * 200_000)),
    "endless tag": lambda: book(rows_xml('<row r="2" a="' + "x" * (24 << 20) + '"/>')),
    "cut off": lambda: rows(3_000)[:20_000],
    "cut in the directory": lambda: book()[:-10],
    "thousands of parts": many_parts,
    "nested zip": lambda: zipped("inner.zip", zipped("a.txt", "x" * 1000)),
    "old xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000,
    "html as xls": "<html><table><tr><td>规格编号</td></tr></table></html>".encode,
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "empty": lambda: b"   \n",
    "zeros": lambda: b"\0" * 100_000,
    "open quote in csv": (f'{HEAD}\n"' + "x" * 300_000).encode,
    "unknown column": f"{HEAD},买家电话\nx,y\n".encode,
    "column twice": f"{HEAD},{HEAD}\nx,y\n".encode,
    "only a heading": f"{HEAD}\n".encode,
    "wide csv": (HEAD + ",x" * 5_000 + "\n").encode,
    "neither encoding": lambda: b"\xff\x81\x30,\xff\n" * 20,
    "surrogates and controls": f"{HEAD}\n\x01\x02\u202e\n".encode,
}


@cache
def file_of(name):
    """The bytes of a case, made once."""
    return CASES[name]()
