"""Holds packages of QTI 3.0 to the published schemas: ``python -m tests.support.qti_schemas SCHEMAS [FOLDER…]``.

SCHEMAS is a folder with the schemas of QTI 3.0.1 and what they import, each naming the others by their file names: ``imsqti_asiv3p0p1_v1p0.xsd`` for
items and tests, ``imsqtiv3p0_imscpv1p2_v1p0.xsd`` for manifests. 1EdTech publishes them; they are not ours to hand on. The exercises are those of the
course, or every ``*.yaml`` in and below the folders named. It wants lxml.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from cspr_rules.training.course import CourseUnit, load_course
from cspr_rules.training.qti import qti3
from tests.support.qti_player import exercises_in

ITEMS: Final = "imsqti_asiv3p0p1_v1p0.xsd"
MANIFEST: Final = "imsqtiv3p0_imscpv1p2_v1p0.xsd"


def schema_faults(schemas: str, units: Sequence[CourseUnit]) -> tuple[int, list[str]]:
    """Return how many documents the package of some exercises has, and everything in which one is not valid.

    Args:
        schemas: The folder of the schemas.
        units: The exercises.
    """
    etree = import_module("lxml.etree")
    items, manifest = (etree.XMLSchema(etree.parse(str(Path(schemas) / name))) for name in (ITEMS, MANIFEST))
    found = []
    with zipfile.ZipFile(io.BytesIO(qti3(units))) as package:
        names = package.namelist()
        for name in names:
            schema = manifest if name == "imsmanifest.xml" else items
            if not schema.validate(etree.fromstring(package.read(name))):
                found += [f"{name}, line {each.line}: {each.message}" for each in schema.error_log]
    return len(names), found


def main(schemas: str, *folders: str) -> int:
    """Print how many documents were held to the schemas and what is wrong; return the exit code."""
    units = [CourseUnit("exercises", "Exercises", "", (), (), tuple(exercises_in(folders)))] if folders else list(load_course())
    many, found = schema_faults(schemas, units)
    print(f"{many} documents, {len(found)} faults")
    print("\n".join(found[:20]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
