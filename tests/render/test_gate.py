"""All output is within the allowlist of elements, attributes, addresses and CSS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from crib.home import own_folder
from crib.markup.css import refused_in_sheet, refused_in_style
from crib.markup.output_allowlist import FRAME
from crib.problems import ContentError
from crib.render.gate import MALFORMED, REFUSED, Origin, answers_in, check, check_sheet, refusals
from crib.render.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path

RUNS = "javascript:alert(1)"
SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'


def whats(markup: str) -> list[str]:
    """Return the refusals in *markup*."""
    return [refusal.what for refusal in refusals(markup)]


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="a" id="b" lang="fr" dir="ltr" title="c" tabindex="0" aria-label="d" data-e="f">text</p>',
        '<a href="https://example.org/a?b=c#d">a</a><a href="HTTP://example.org">b</a><a href="mailto:a@b.org">c</a>',
        '<a href="#key">a</a><a href="../answers/04-x.xhtml#key">b</a><a href="">c</a><a href="/sheet/04-x">d</a>',
        '<img src="../media/a-0123abcd.png" alt="x"/><img src="a.svg" alt="x" aria-details="b.description1"/>',
        '<table><tbody><tr><td style="text-align: left;" colspan="2">x</td></tr></tbody></table>',
        '<ol type="a" start="3"><li value="4">x</li></ol>',
        f'<math {MATH} display="block" alttext="x"><mi mathvariant="normal">x</mi><mspace width="1em"/></math>',
        f'<svg {SVG} style="vertical-align: -0.5ex;" viewBox="0 0 1 1"><g fill="none"><path d="M0 0"/></g></svg>',
        '<img style="width:1.5ex;height:2ex;vertical-align:-0.25ex" src="/math/0123.svg" alt="x"/>',
        "one &amp; two &lt;script&gt; &#8203;<em>three</em>",
    ],
)
def test_what_may_pass(markup: str) -> None:
    """All markup of pages and cards of an honest book."""
    assert refusals(markup) == []


@pytest.mark.parametrize(
    "element",
    [
        "<script>alert(1)</script>", '<script src="x.js"></script>', '<iframe src="https://example.org"></iframe>',
        '<object data="x"></object>', '<embed src="x"/>', '<base href="https://example.org/"/>',
        '<form action="https://example.org"><input name="a"/></form>', "<style>p { color: red }</style>",
        '<video src="x"></video>', '<audio src="x"></audio>', '<source srcset="x"/>', "<template>x</template>",
        "<noscript>x</noscript>", "<textarea>x</textarea>", "<button>x</button>", "<frameset></frameset>",
        '<applet code="x"></applet>', "<marquee>x</marquee>", "<xmp>x</xmp>", "<plaintext>x</plaintext>",
        "<SCRIPT>alert(1)</SCRIPT>", '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        f"<svg {SVG}><script>alert(1)</script></svg>", f"<svg {SVG}><foreignObject><p>x</p></foreignObject></svg>",
        f'<svg {SVG}><a xlink:href="{RUNS}"><path d="M0 0"/></a></svg>',
        f'<svg {SVG}><animate attributeName="href" values="{RUNS}"/></svg>',
        f'<svg {SVG}><set attributeName="onload" to="alert(1)"/></svg>',
        f'<svg {SVG}><use href="https://example.org/x.svg#a"/></svg>', f'<svg {SVG}><use xlink:href="#a"/></svg>',
        f'<svg {SVG}><image href="https://example.org/x.png"/></svg>', f"<svg {SVG}><style>*{{}}</style></svg>",
        f"<svg {SVG}><filter><feImage/></filter></svg>", f"<svg {SVG}><handler>x</handler></svg>",
        f'<math {MATH}><maction actiontype="statusline"><mi>x</mi></maction></math>',
        f"<math {MATH}><semantics><annotation-xml><p>x</p></annotation-xml></semantics></math>",
        f'<math {MATH}><mglyph src="x.png"/></math>',
    ],
)  # fmt: skip
def test_elements(element: str) -> None:
    """Scripts, loading, sending and moving elements are refused, in any namespace, with any prefix."""
    assert any(what.startswith("<") for what in whats(element))


@pytest.mark.parametrize(
    "markup",
    [
        '<p onclick="alert(1)">x</p>', '<img src="x" alt="" onerror="alert(1)"/>', '<body onload="alert(1)">x</body>',
        '<p ONCLICK="alert(1)">x</p>', '<details ontoggle="alert(1)">x</details>', '<p onfuture="alert(1)">x</p>',
        '<img srcset="https://example.org/x.png 2x" src="x" alt=""/>', '<img lowsrc="x" src="x" alt=""/>',
        '<meta http-equiv="refresh" content="0;url=x"/>', '<a ping="https://example.org" href="#a">x</a>',
        '<p xml:base="https://example.org/">x</p>', '<table background="x"></table>', '<a download="x" href="#a">x</a>',
        '<p contenteditable="true">x</p>', '<p autofocus="">x</p>', '<p accesskey="x">x</p>', '<p is="x-y">x</p>',
        f'<svg {SVG} onload="alert(1)"></svg>', f'<svg {SVG}><path d="M0 0" filter="url(#a)"/></svg>',
        f'<svg {SVG}><g xlink:href="{RUNS}"/></svg>', f'<math {MATH} href="{RUNS}"><mi>x</mi></math>',
        f'<math {MATH} xmlns:xlink="http://www.w3.org/1999/xlink"><mi xlink:href="{RUNS}">x</mi></math>',
        f'<math {MATH}><mtext href="{RUNS}">x</mtext></math>', f'<math {MATH}><mi actiontype="x">x</mi></math>',
    ],
)  # fmt: skip
def test_attributes(markup: str) -> None:
    """An attribute not on the list is refused, with any value."""
    assert any(what.startswith("the attribute") for what in whats(markup))


@pytest.mark.parametrize("attribute", ["a href", "img src", "link href"])
@pytest.mark.parametrize(
    "address",
    [
        RUNS, "JavaScript:alert(1)", " javascript:alert(1)", "java&#9;script:alert(1)", "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)", "javascript&colon;alert(1)".replace("&colon;", "&#58;"),
        "data:text/html,<script>alert(1)</script>".replace("<", "&lt;"), "DATA:text/html;base64,AAAA", "vbscript:x",
        "file:///etc/passwd", "FILE:///etc/passwd", "//example.org/x", "\\\\example.org\\x", "/\\example.org",
        "ftp://example.org", "blob:x", "about:blank", "view-source:x", "chrome://x", "ms-word:x", "tel:1", "x:y",
        "intent://x", "https://a b", "https:\\\\example.org", "{{Question}}",
    ],
)  # fmt: skip
def test_addresses(attribute: str, address: str) -> None:
    """Links lead to the web, to a mailbox or to a file beside; all else only to a file beside."""
    element, name = attribute.split()
    markup = f'<{element} rel="icon" {name}="{address}"/>' if element == "link" else f'<{element} {name}="{address}"/>'
    [what] = whats(markup)
    assert what.startswith("the address")
    assert what.endswith(f"of <{element}>")


@pytest.mark.parametrize("element", ['<img src="https://example.org/x.png" alt=""/>', '<img src="data:," alt=""/>'])
def test_nothing_is_fetched(element: str) -> None:
    """A page loads only its own files."""
    assert whats(element)
    assert whats('<link rel="stylesheet" href="https://example.org/x.css"/>')
    assert whats('<link rel="preconnect" href="x"/>') == ["a <link> of the kind `preconnect`"]


@pytest.mark.parametrize(
    "style",
    [
        "background: url(https://example.org/x.png)", "width: expression(alert(1))", "-moz-binding: url(x)",
        "behavior: url(x)", "position: fixed; top: 0", "width: url(x)", "width: u\\72l(x)", "w\\69dth: expression(1)",
        "text-align: left; content: 'x'", "@import 'x'", "text-align: left} body {display: none", "width: var(--x)",
        "--x: url(x)", "z-index: 99", "text-align: left; /* */ background: red", "transform: scale(99)",
        "width: image-set('x')", "list-style-type: url(x)", "list-style-type: 'x'", "WIDTH: URL(x)", "opacity: 0",
    ],
)  # fmt: skip
def test_styles(style: str) -> None:
    """A `style` sets sizes and alignment, with plain values."""
    assert refused_in_style(style)
    assert whats(f'<p style="{style}">x</p>')


@pytest.mark.parametrize(
    "css",
    [
        "@import 'https://example.org/x.css';", "@IMPORT url(x);", "p { background: url(https://example.org/x) }",
        "p { background: url('//example.org/x') }", "@media print { p { background: url(data:image/png,x) } }",
        "@font-face { font-family: a; src: url(file:///a.ttf) }", "p { width: expression(alert(1)) }",
        "p { -moz-binding: url(x) }", "p { BEHAVIOR: url(x) }", "p { background: u\\72l(https://example.org) }",
        "p { background: image-set('https://example.org/x' 1x) }", "p { & a { background: url(javascript:x) } }",
        "@supports (background: url(https://example.org)) { }", "p { background: src('x') }", "p { --a: url(//x) }",
        "@document url(x) { }", "p { cursor: url( 'https://example.org/x' ), auto }", "p { background: url(https://x",
    ],
)  # fmt: skip
def test_style_sheets(css: str, tmp_path: Path) -> None:
    """A style sheet loads only the page's own files; the error names the file and the line."""
    path = tmp_path / "x.css"
    with pytest.raises(ContentError) as caught:
        check_sheet(f"p {{ color: red }}\n\n{css}", path)
    assert str(caught.value).startswith(f"{path}:3: error[{REFUSED}]: ")


@pytest.mark.parametrize("name", ["epub/epub.css", "epub/math.css", "epub/drawn.css", "anki/card.css"])
def test_our_style_sheets(name: str) -> None:
    """Style sheets of outputs are within the list."""
    assert refused_in_sheet((own_folder() / name).read_text("utf-8")) == ()


@pytest.mark.parametrize(
    "markup",
    [
        "<p>x", "x</p>", "<p><b>x</p></b>", "<br>", "<p a>x</p>", '<p a="1" a="2">x</p>', "a & b", "&nbsp;", "a < b",
        "<p>\x00</p>", '<a href="&#1;javascript:alert(1)">x</a>', "<?xml version='1.0'?><p>x</p>y", "<a:b/>",
        "<!DOCTYPE html><html>",
    ],
)  # fmt: skip
def test_not_well_formed(markup: str) -> None:
    """Ambiguous markup is refused as a whole."""
    assert [refusal.code for refusal in refusals(markup)] == [MALFORMED]


@pytest.mark.parametrize(
    "markup",
    [
        "<!-- x -->", "<!--> <script>alert(1)</script> -->", "<p><![CDATA[> <script>alert(1)</script>]]></p>",
        "<p><?php x ?></p>", '<?xml-stylesheet href="https://example.org/x.css"?><html/>',
        '<!DOCTYPE html [<!ENTITY a "x">]><html>&a;</html>',
        '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><html>&a;</html>',
    ],
)  # fmt: skip
def test_what_parsers_read_in_two_ways(markup: str) -> None:
    """Comments, processing instructions, entities and CDATA are refused in the output."""
    assert refusals(markup)


def test_a_bomb_of_entities() -> None:
    """Entities in entities cost no more than the text they are written with."""
    entities = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(20))
    assert refusals(f'<!DOCTYPE html [<!ENTITY a0 "x">{entities}]><html>&a20;</html>')


def test_the_frame_of_the_preview_has_a_script_by_file() -> None:
    """The frame alone, and only a script beside it."""
    script = '<script src="/templates/preview/preview.js" defer=""></script>'
    assert refusals(script)
    assert refusals(script, FRAME) == []
    assert refusals('<script src="https://example.org/x.js"></script>', FRAME)
    assert refusals('<iframe srcdoc="x"></iframe>', FRAME)


@pytest.fixture
def user(tmp_path: Path) -> Templates:
    """Return a user's templates, one of them included by ours."""
    folder = tmp_path / "templates"
    (folder / "epub").mkdir(parents=True)
    text = (own_folder() / "epub/chunk.xhtml").read_text("utf-8").replace("<h1", '<form action="x"></form>\n<h1')
    (folder / "epub/chunk.xhtml").write_text(text)
    return Templates(folder)


def test_the_template_is_named(user: Templates) -> None:
    """It is the user's, even if included by ours, with the line of the element."""
    assert user.user_folder
    leaf = user.user_folder / "epub/chunk.xhtml"
    with pytest.raises(ContentError) as caught:
        check('<p id="_chapter"><form action="x"></form></p>', Origin(user, ("epub/answers.xhtml",)))
    line = next(number for number, text in enumerate(leaf.read_text().splitlines(), 1) if "<form" in text)
    assert str(caught.value).startswith(f"{leaf}:{line}: error[{REFUSED}]: <form> is not allowed")
    with pytest.raises(ContentError) as caught:
        check("<p><form></p>", Origin(Templates(), ("epub/answers.xhtml",)))
    assert str(caught.value).startswith(f"{own_folder() / 'epub/answers.xhtml'}: error[{MALFORMED}]: ")


def test_the_answer_is_named(tmp_path: Path) -> None:
    """The error names the innermost answer around it, by file and line; the hint names the template."""
    file = tmp_path / "01-x.md"
    file.write_text('---\ntitle: X\n---\n\n## One? {#one n=1}\n\n## Two? {n=2 #two tags="a"}\n\n## Three? {#two-b}\n')
    origin = Origin(Templates(), ("epub/answers.xhtml",), answers_in({"one": str(file), "two": str(file)}))
    for markup, line in (
        ('<p id="one"><embed/></p>', 5),
        ('<p id="two"><b id="two.note1"><embed/></b></p>', 7),
        ('<p id="two"><b id="_other"><embed/></b></p>', 7),
    ):
        with pytest.raises(ContentError) as caught:
            check(markup, origin)
        [problem] = caught.value.problems
        assert (problem.file, problem.line, problem.text) == (str(file), line, "<embed> is not allowed")
        assert "answers.xhtml" in problem.hint


def test_our_templates_are_well_formed() -> None:
    """No element of a preview or e-book template is left open as only HTML knows it."""
    for folder in ("epub", "preview"):
        for path in (own_folder() / folder).glob("*.*ht*ml*"):
            if path.name == "cover.html":
                continue  # of the picture, which WeasyPrint reads
            assert re.findall(r"<(?:meta|link|img|br|hr|wbr)\b[^>]*[^/]>", path.read_text("utf-8")) == [], path
