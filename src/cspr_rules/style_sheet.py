"""Colours and the style sheet of everything shown: light, dark and printed.

Every text colour stands at 4.5 to 1 or better against every ground it is used on, and every line that means something at 3 to 1 (WCAG 2.2, AA);
a test works it out. Colour never says anything alone: a word and a shape say it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIGHT: Final[Mapping[str, str]] = {
    "paper": "#ffffff",
    "faint": "#f3f5f7",
    "ink": "#1a1d21",
    "quiet": "#4a525a",
    "line": "#767e87",
    "rule": "#d5dae0",
    "link": "#0b4f94",
    "good": "#0a6237",
    "good-paper": "#e7f4ec",
    "bad": "#a1262b",
    "bad-paper": "#fbebea",
    "open": "#735000",
    "open-paper": "#fcf3dd",
    "weekend": "#eceff2",
    "holiday": "#dfe4ea",
}
DARK: Final[Mapping[str, str]] = {
    "paper": "#15181c",
    "faint": "#1e2227",
    "ink": "#e9ebee",
    "quiet": "#b4bbc3",
    "line": "#8b949e",
    "rule": "#3a4149",
    "link": "#8fc4ff",
    "good": "#74d49f",
    "good-paper": "#12301f",
    "bad": "#ff9f9a",
    "bad-paper": "#3b1b1c",
    "open": "#f0c267",
    "open-paper": "#332810",
    "weekend": "#242a31",
    "holiday": "#333b45",
}
TEXT_ON: Final = (
    *((ink, paper) for ink in ("ink", "quiet", "link", "good", "bad", "open") for paper in ("paper", "faint")),
    *((ink, paper) for ink in ("ink", "quiet") for paper in ("good-paper", "bad-paper", "open-paper", "weekend", "holiday")),
    ("good", "good-paper"),
    ("bad", "bad-paper"),
    ("open", "open-paper"),
)
"""Every pairing of text with a ground."""
LINES_ON: Final = (
    *((line, paper) for line in ("line", "good", "bad", "open", "ink") for paper in ("paper", "faint")),
    *((line, paper) for line in ("line", "good", "bad", "open", "ink") for paper in ("weekend", "holiday")),
)
"""Every pairing of a line or shape that means something with a ground."""


def _colours(palette: Mapping[str, str]) -> str:
    return "".join(f"--cspr-{name}:{value};" for name, value in palette.items())


def _use(property_: str, name: str) -> str:
    """Return a declaration; the plain colour first, for programs that draw SVG and know no variables."""
    return f"{property_}:{LIGHT[name]};{property_}:var(--cspr-{name});"


_FONT = 'font-family:"Segoe UI","Helvetica Neue",Arial,"Liberation Sans",sans-serif;'

# A notebook says which of its themes is on; where nothing says so, the reader's own setting decides. Paper is white.
THEMES: Final = "".join(
    [
        f".cspr{{{_colours(LIGHT)}color-scheme:light;}}",
        f"@media (prefers-color-scheme:dark){{.cspr{{{_colours(DARK)}color-scheme:dark;}}}}",
        f"[data-jp-theme-light=true] .cspr,.vscode-light .cspr{{{_colours(LIGHT)}color-scheme:light;}}",
        f"[data-jp-theme-light=false] .cspr,.vscode-dark .cspr{{{_colours(DARK)}color-scheme:dark;}}",
        f"@media print{{.cspr.cspr.cspr{{{_colours(LIGHT)}color-scheme:light;}}}}",
    ]
)

DRAWN: Final = "".join(
    [
        f".cspr text{{{_FONT}{_use('fill', 'ink')}}}",
        f".cspr text.q{{{_use('fill', 'quiet')}}}.cspr .b{{font-weight:700;}}",
        ".cspr text.mid{text-anchor:middle;}.cspr text.end{text-anchor:end;}",
        *(f".cspr text.{name},.cspr tspan.{name}{{{_use('fill', name)}}}" for name in ("good", "bad", "open")),
        f".cspr .ground{{{_use('fill', 'paper')}}}.cspr .strip{{{_use('fill', 'faint')}}}",
        f".cspr .weekend{{{_use('fill', 'weekend')}}}.cspr .holiday{{{_use('fill', 'holiday')}}}",
        f".cspr .box{{{_use('fill', 'paper')}{_use('stroke', 'line')}stroke-width:1;}}",
        *(f".cspr .box.{name}{{{_use('fill', f'{name}-paper')}{_use('stroke', name)}}}" for name in ("good", "bad", "open")),
        f".cspr .frame{{fill:none;{_use('stroke', 'line')}stroke-width:1;stroke-dasharray:2 3;}}",
        f".cspr .here{{fill:none;{_use('stroke', 'ink')}stroke-width:3;}}",
        f".cspr .hair{{fill:none;{_use('stroke', 'rule')}stroke-width:1;}}",
        f".cspr .hatch{{fill:none;{_use('stroke', 'line')}stroke-width:0.7;}}",
        f".cspr .wire{{fill:none;{_use('stroke', 'ink')}stroke-width:1.5;}}",
        f".cspr .wire.live{{{_use('stroke', 'good')}stroke-width:4;}}",
        f".cspr .wire.perhaps{{{_use('stroke', 'open')}stroke-width:2.5;stroke-dasharray:7 4;}}",
        f".cspr .wire.dead{{{_use('stroke', 'line')}stroke-width:1.6;stroke-dasharray:2 4;}}",
        *(f".cspr .mark.{name}{{fill:none;{_use('stroke', name)}stroke-width:1.8;}}" for name in ("good", "bad", "open", "line")),
        *(f".cspr .solid.{name}{{{_use('fill', name)}}}" for name in ("good", "bad", "open", "line", "ink")),
        *(f".cspr .bar.{name}{{{_use('fill', f'{name}-paper')}{_use('stroke', name)}stroke-width:1.2;}}" for name in ("good", "bad", "open")),
        f".cspr .bar.line{{{_use('fill', 'faint')}{_use('stroke', 'line')}stroke-width:1.2;}}",
    ]
)

# The picture of a case over time is a file with colours of its own; on a page they follow the theme.
PLANNED: Final = "".join(
    f".cspr .planned [{property_}='{colour}']{{{_use(property_, name)}}}"
    for property_, colour, name in (
        ("fill", "#fff", "paper"),
        ("fill", "#111", "ink"),
        ("stroke", "#111", "ink"),
        ("stroke", "#fff", "paper"),
        ("stroke", "#ccc", "rule"),
        ("stroke", "#888", "line"),
        ("stroke", "#555", "line"),
        ("fill", "#e3e8ee", "holiday"),
    )
)

TABLES: Final[Mapping[str, tuple[int, ...]]] = {
    "glance": (6, 28, 19, 19, 14, 14),
    "clocks": (20, 25, 20, 21, 14),
    "tests": (25, 48, 27),
    "reasons": (42, 58),
    "checked": (34, 26, 40),
    "sources": (36, 14, 14, 36),
    "judged": (18, 14, 12, 12, 24, 20),
    "register": (7, 28, 65),
    "facts": (45, 55),
}
"""Tables whose columns have set shares of the width, in hundredths, so that tables of a kind look alike."""

# Every selector names the class twice, so that a notebook's own rules for tables and headings do not win.
_P = ".cspr.cspr"
WRITTEN: Final = "".join(
    [
        f"{_P}{{{_FONT}{_use('background', 'paper')}{_use('color', 'ink')}font-size:15px;line-height:1.45;}}",
        f"div{_P}{{padding:12px 16px;border-radius:6px;overflow-x:auto;}}",
        f"{_P} *{{box-sizing:border-box;}}",
        f"{_P} h1,{_P} h2,{_P} h3,{_P} h4{{{_use('color', 'ink')}line-height:1.25;font-weight:700;margin:1.1em 0 .4em;}}",
        f"{_P} h1{{font-size:1.7em;margin-top:0;}}{_P} h2{{font-size:1.3em;{_use('border-bottom-color', 'rule')}",
        "border-bottom-style:solid;border-bottom-width:2px;padding-bottom:.2em;margin-top:1.7em;}",
        f"{_P} h3{{font-size:1.08em;}}{_P} h4{{font-size:1em;}}{_P}>:first-child{{margin-top:0;}}",
        f"{_P} p,{_P} ul,{_P} ol,{_P} dl,{_P} figure{{margin:.4em 0 .7em;{_use('color', 'ink')}}}",
        f"{_P} ul,{_P} ol{{padding-left:1.5em;}}{_P} li{{margin:.2em 0;}}",
        f"{_P} .quiet,{_P} caption,{_P} figcaption,{_P} code{{{_use('color', 'quiet')}}}",
        f'{_P} code{{font-family:Consolas,Menlo,"Liberation Mono",monospace;font-size:.86em;background:none;padding:0;',
        "overflow-wrap:break-word;white-space:normal;}",
        f"{_P} a{{{_use('color', 'link')}text-decoration:underline;overflow-wrap:anywhere;}}",
        f"{_P} table{{border-collapse:collapse;width:100%;margin:.5em 0 1em;font-size:.92em;table-layout:auto;border:0;}}",
        f"{_P} caption{{text-align:left;caption-side:top;padding:0 0 .35em;}}",
        f"{_P} th,{_P} td{{text-align:left;vertical-align:top;padding:.4em .6em;line-height:1.4;white-space:normal;max-width:none;",
        f"{_use('color', 'ink')}{_use('background', 'paper')}border:0;{_use('border-bottom-color', 'rule')}",
        "border-bottom-style:solid;border-bottom-width:1px;overflow-wrap:break-word;}",
        f"{_P} thead th{{{_use('background', 'faint')}font-weight:700;vertical-align:bottom;}}{_P} tbody th{{font-weight:600;}}",
        f"{_P} td ul,{_P} td ol,{_P} td p{{margin:0;}}",
        f"{_P} table:not([class]) .short,{_P} :is(th,td)>span:is(.good,.bad,.open):not(.badge){{white-space:nowrap;}}",
        f"{_P} dl{{display:grid;grid-template-columns:max-content 1fr;gap:.15em .9em;}}",
        # Notebooks give terms a width and let them float.
        f"{_P} dt{{display:block;float:none;width:auto;padding:0;font-weight:600;{_use('color', 'quiet')}}}",
        f"{_P} dd{{display:block;width:auto;margin:0;padding:0;}}",
        f"{_P} svg{{max-width:100%;height:auto;}}",
        f"{_P} svg.icon{{width:1.05em;height:1.05em;max-width:none;vertical-align:-.17em;margin-right:.35em;}}",
        f"{_P} .badge{{font-weight:600;}}",
        *(
            f"{_P} table.{look}{{table-layout:fixed;}}"
            + "".join(f"{_P} .{look} th:nth-child({place}){{width:{width}%;}}" for place, width in enumerate(widths, start=1))
            for look, widths in TABLES.items()
        ),
        *(f"{_P} .badge.{name}{{{_use('color', name)}}}" for name in ("good", "bad", "open")),
        f"{_P} details{{margin:.3em 0;}}{_P} summary{{cursor:pointer;{_use('color', 'quiet')}}}",
        f"{_P} .note{{{_use('background', 'faint')}{_use('border-left-color', 'line')}",
        "border-left-style:solid;border-left-width:4px;padding:.5em .9em;}",
        f"{_P} ul.tree{{list-style:none;padding-left:0;}}{_P} ul.tree ul{{list-style:none;padding-left:1em;margin:.1em 0 .1em .5em;",
        f"{_use('border-left-color', 'rule')}border-left-style:solid;border-left-width:2px;}}",
        "@media print{",
        f"{_P}{{font-size:9pt;line-height:1.35;}}{_P} th,{_P} td{{padding:.28em .5em;}}{_P} thead{{display:table-header-group;}}",
        f"{_P} h1,{_P} h2,{_P} h3,{_P} h4,{_P} caption{{break-after:avoid;break-inside:avoid;}}{_P} dl{{break-before:avoid;}}",
        f"{_P} summary{{break-after:avoid;}}{_P} tbody>tr:first-child{{break-before:avoid;}}",
        f"{_P} tr,{_P} li,{_P} figure,{_P} section.duty,{_P} table.clocks{{break-inside:avoid;}}",
        # A sheet may end between two steps of a proof, but not within one, nor between a step and the first of those below it.
        f"{_P} ul.tree>li:has(>ul){{break-inside:auto;}}{_P} ul.tree ul{{break-before:avoid;}}",
        # What is folded away is printed where all of it was asked for; elsewhere it says again what stands beside it.
        f"{_P} details:not([open]){{display:none;}}{_P} .full details:not([open]){{display:block;}}",
        f"{_P} .full details::details-content{{content-visibility:visible;display:block;}}{_P} .full summary{{list-style:none;}}",
        f"{_P} .full figure{{break-inside:auto;}}",
        "}",
        # The verbs of sources: a solid box, a line around, a dotted line, nothing; the word says it in any case.
        f"{_P} .must,{_P} .must_not,{_P} .should,{_P} .will,{_P} .may{{white-space:nowrap;padding:0 .35em;border-radius:3px;}}",
        f"{_P} .must,{_P} .must_not{{{_use('background', 'ink')}{_use('color', 'paper')}font-weight:800;print-color-adjust:exact;}}",
        f"{_P} .must_not{{{_use('background', 'bad')}}}",
        f"{_P} .should{{font-weight:700;{_use('border-color', 'ink')}border-style:solid;border-width:1.5px;}}",
        f"{_P} .will{{font-weight:400;{_use('border-color', 'line')}border-style:dotted;border-width:1.5px;}}",
        f"{_P} .may{{font-style:italic;padding:0;}}{_P} .strong{{font-weight:700;}}",
        # Where a row is headed by what is owed, the verb alone has weight.
        f"{_P} tbody th:has(.must,.must_not,.should,.will,.may){{font-weight:400;}}",
        f"{_P} :is(th,td,main>ul) :is(.must,.must_not,.should,.will){{text-transform:uppercase;}}",
        *(f"{_P} span.{name}{{font-weight:700;{_use('color', name)}}}" for name in ("good", "bad", "open")),
        f"{_P} details.part>summary>h2{{display:inline;border:0;}}{_P} details.part{{margin:0;}}",
        f"{_P} details.part>summary{{{_use('border-bottom-color', 'rule')}border-bottom-style:solid;border-bottom-width:2px;padding:.5em 0;}}",
        f"{_P} .page h2{{margin-top:1.1em;font-size:1.15em;}}{_P} .page h1+p{{margin-top:0;}}",
    ]
)

PAGE: Final = (
    "html{background:#fff;}@media (prefers-color-scheme:dark){html{background:#15181c;}}"
    "body.cspr{max-width:62rem;margin:0 auto;padding:2rem 1.2rem 4rem;}"
    ".cspr.cspr nav ul{columns:2;}.cspr.cspr nav li{margin:0 0 .3em;break-inside:avoid;}"
    # On a narrow screen every row of a table is a block of its own, one cell below the other, so that nothing scrolls sideways.
    "@media screen and (max-width:44rem){body.cspr{padding:1rem .8rem 3rem;}.cspr.cspr nav ul{columns:1;}.cspr.cspr dl{display:block;}"
    ".cspr.cspr thead{position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden;}"
    ".cspr.cspr table,.cspr.cspr tbody,.cspr.cspr tr,.cspr.cspr caption{display:block;width:100%;}"
    ".cspr.cspr td,.cspr.cspr tbody th{display:block;width:auto;border:0;padding:.1em 0;}.cspr.cspr td:empty{display:none;}"
    f"{_P} td[data-head]::before{{content:attr(data-head) ': ';{_use('color', 'quiet')}}}"
    # A drawing for which the screen is too narrow to be read gives way to its table; one that is a little too wide is drawn smaller.
    ".cspr.cspr figure>svg{max-width:100%;height:auto;}.cspr.cspr figure.wide>svg{display:none;}"
    ".cspr.cspr figure{overflow-x:auto;}.cspr.cspr li,.cspr.cspr dd,.cspr.cspr p,.cspr.cspr h3,.cspr.cspr summary,.cspr.cspr caption"
    "{overflow-wrap:anywhere;}"
    f"{_P} tbody tr{{padding:.5em 0;{_use('border-bottom-color', 'rule')}border-bottom-style:solid;border-bottom-width:1px;}}"
    ".cspr.cspr code,.cspr.cspr td{overflow-wrap:anywhere;}}"
    # The timeline of a case is wider than the text: a wide screen has room beside it, one that is not shows the table below it alone.
    "@media screen and (max-width:60rem){.cspr.cspr figure.planned>svg{display:none;}}"
    "@media screen and (min-width:76rem){.cspr.cspr figure.planned{margin-inline:-5.5rem;}}"
    "@media print{html{background:#fff;}body.cspr{max-width:none;padding:0;}nav{display:none;}"
    # The page is one sheet. The record is printed where all of it was asked for, and begins on the next.
    ".cspr.cspr article+article{break-before:page;}.cspr.cspr article:not(.full)>.page~*{display:none;}"
    ".cspr.cspr .full>.page{break-after:page;}.cspr.cspr .page{font-size:9pt;}.cspr.cspr .page li,.cspr.cspr .page p{margin:.1em 0;}"
    ".cspr.cspr .page h1{font-size:1.4em;}.cspr.cspr .page h2{margin:.7em 0 .2em;padding:0;}"
    # A timeline is read from side to side, so its sheet is laid so.
    ".cspr.cspr figure.planned{page:across;}@page across{size:A4 landscape;}"
    '@page{size:A4;margin:16mm 15mm 18mm;@bottom-right{content:counter(page) " of " counter(pages);font:8pt Arial,sans-serif;}}}'
)
