"""XMP metadata beyond WeasyPrint's: publisher, contributors, ISBN, series, subjects, and rights.

They come from `<meta>` elements with the name `dc.NAME` or `prism.NAME`, numbered if there are several
(https://www.iso.org/standard/75163.html, https://www.w3.org/submissions/2020/SUBM-prism-20200910/).
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "prism": "http://prismstandard.org/namespaces/basic/3.0/",
}
_CONTAINERS = {"dc.publisher": "Bag", "dc.contributor": "Bag", "dc.subject": "Bag", "dc.rights": "Alt"}
_TEXTS = ("dc.identifier", "prism.isbn", "prism.seriesTitle", "prism.seriesNumber")
_PROPERTIES = {name.lower(): name for name in (*_CONTAINERS, *_TEXTS)}
"""Names of properties, by WeasyPrint's lower-case names."""

_NUMBER = re.compile(r"\.\d+$")
_END = b"</rdf:RDF>"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def add_xmp(metadata: Any, pdf: Any) -> None:
    """Add the rest of *metadata*, a `weasyprint.document.DocumentMetadata`, to the XMP of *pdf*, a `pydyf.PDF`."""
    if described := _described(metadata.custom, metadata.keywords):
        [stream] = [item for item in pdf.objects if getattr(item, "extra", {}).get("Type") == "/Metadata"]
        stream.stream = [part.replace(_END, described + _END) for part in stream.stream]


def _described(custom: Mapping[str, str], subjects: Sequence[str]) -> bytes:
    """Return an `rdf:Description` of the properties in *custom* and of *subjects*, b"" if there are none."""
    properties: dict[str, list[str]] = defaultdict(list)
    for name, value in custom.items():
        if supported := _PROPERTIES.get(_NUMBER.sub("", name)):
            properties[supported].append(value)
    if subjects:
        properties["dc.subject"] = list(subjects)
    if not properties:
        return b""
    for prefix, namespace in (("rdf", _RDF), *_NAMESPACES.items()):
        register_namespace(prefix, namespace)
    description = Element(f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
    for full_name, values in properties.items():
        prefix, _, name = full_name.partition(".")
        _add(SubElement(description, f"{{{_NAMESPACES[prefix]}}}{name}"), _CONTAINERS.get(full_name, ""), values)
    xml: bytes = tostring(description, encoding="utf-8")
    return xml


def _add(element: Element, container: str, values: Iterable[str]) -> None:
    """Add *values* to the *element* of a property, in a *container* if it has one."""
    if not container:
        element.text = " ".join(values)
        return
    box = SubElement(element, f"{{{_RDF}}}{container}")
    for value in values:
        item = SubElement(box, f"{{{_RDF}}}li", {_LANGUAGE: "x-default"} if container == "Alt" else {})
        item.text = value
