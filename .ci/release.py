"""Builds a release of the last commit: wheel, sdist, what they are made of and what they decide by.

    python .ci/release.py FOLDER

Wheel and sdist are built twice, in two folders, and have to be the same byte for byte. Beside them in FOLDER, which must be new:

- ``sbom.cdx.json``: the wheel and all that it needs, as CycloneDX, as pip installs it into an empty environment at this moment
- ``vectors.jsonl.gz``: cases at every boundary of the rules with the answers that are right, made by the wheel (``cspr-rules vectors``)
- ``versions.json``: what ``cspr-rules --version --json`` says there, the digests of the rules included
- ``SHA256SUMS``: a line for each of these files
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def told(*command: str | Path, cwd: Path = ROOT, **environment: str) -> bytes:
    """Run a command and return what it printed.

    Raises:
        SystemExit: It failed; with what it said.
    """
    done = subprocess.run([str(each) for each in command], cwd=cwd, env={**os.environ, **environment}, capture_output=True, check=False)  # noqa: S603 -- the words stand below
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{(done.stdout + done.stderr).decode(errors='replace')}")
    return done.stdout


def built(folder: Path, commit: str, moment: str) -> dict[str, bytes]:
    """Build a commit in a folder; return the files by name."""
    source, out = folder / "source", folder / "out"
    told("git", "clone", "--quiet", "--no-local", ROOT, source)
    told("git", "checkout", "--quiet", commit, cwd=source)  # somebody may commit between two builds
    told(sys.executable, "-m", "build", "--outdir", out, source, SOURCE_DATE_EPOCH=moment)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir()) if path.suffix in (".whl", ".gz")}


def main(out: Path) -> None:
    """Build a release into a new folder.

    Raises:
        SystemExit: The folder exists, a build failed, or two builds differ.
    """
    if out.exists():
        raise SystemExit(f"{out} exists; a release goes into a folder of its own")
    commit, moment = told("git", "log", "-1", "--format=%H %ct").decode().split()  # the time of the commit stands for the time of the build
    with tempfile.TemporaryDirectory() as work:
        first, second = (built(Path(work) / name, commit, moment) for name in ("one", "two-elsewhere"))
        if first != second:
            differing = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
            raise SystemExit(f"two builds of one commit differ: {', '.join(differing)}")
        out.mkdir(parents=True)
        for name, raw in first.items():
            (out / name).write_bytes(raw)
        environment = Path(work) / "environment"
        told(sys.executable, "-m", "venv", environment)
        python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
        told(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *out.glob("*.whl"))
        (out / "versions.json").write_bytes(told(python, "-m", "cspr_rules.cli", "--version", "--json", cwd=Path(work)))
        told(python, "-m", "cspr_rules.cli", "vectors", "--output", "vectors.jsonl", cwd=Path(work))
        (out / "vectors.jsonl.gz").write_bytes(gzip.compress((Path(work) / "vectors.jsonl").read_bytes(), mtime=0))  # no time of day in it
        told(python, "-m", "pip", "uninstall", "--quiet", "--yes", "pip", "setuptools")  # they installed it and are no part of it
        sbom = ("environment", python, "--pyproject", ROOT / "pyproject.toml", "--output-reproducible", "--output-format", "JSON")
        told(sys.executable, "-m", "cyclonedx_py", *sbom, "--output-file", out / "sbom.cdx.json", cwd=Path(work))
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")
    print("\n".join(sums))


if __name__ == "__main__":
    if len(sys.argv) != 2 or shutil.which("git") is None:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]).resolve())
