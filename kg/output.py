"""Writing an output whole or not at all.

Files are written into a temporary folder beside the output, with `manifest.json` last, and
the folder takes the output's place in one step of the file system, on Linux and macOS. Whatever
kills the process, either the old output stands or the new one. Where a file system has no such
step, a kill in that moment leaves the old output under another name, and the next build puts it
back.
"""

from __future__ import annotations

import ctypes
import glob
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.errors import GraphError, OutputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MANIFEST = "manifest.json"
_GENERATOR = "kg"
_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2), RENAME_SWAP of renamex_np(2)
_AT_FDCWD = -100
_PARTIAL = ".kg-partial"
_OLD = ".old"


@contextmanager
def stage_folder(output: Path) -> Iterator[Path]:
    """A folder to write in, which becomes `output` when the block ends without an error.

    The block must call `write_manifest` last. What it raises leaves `output` as it was.

    Raises:
        OutputError: `output` holds something that no build wrote, or cannot be written.
    """
    output = output.resolve()
    with _explain_os_errors(output):
        _remove_abandoned(output)
    _check_replaceable(output)
    with _explain_os_errors(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(
            tempfile.mkdtemp(prefix=f".{output.name}.", suffix=_PARTIAL, dir=output.parent)
        )
        lock = _lock(staged)
    try:
        with _explain_os_errors(output):
            staged.chmod(0o777 & ~_read_umask())
            yield staged
            _sync(staged)
            _check_replaceable(output)
            _swap(staged, output)
    finally:
        # After the swap this is what stood there before.
        shutil.rmtree(staged, ignore_errors=True)
        if lock is not None:
            os.close(lock)


@contextmanager
def stage_file(output: Path) -> Iterator[Path]:
    """A file to write, which becomes `output` when the block ends without an error.

    A device or a pipe is written as it is.

    Raises:
        OutputError: `output` cannot be written.
    """
    if output.exists() and not output.is_file() and not output.is_dir():
        with _explain_os_errors(output):
            yield output
        return
    if output.is_dir():
        raise OutputError(f"{output}: is a folder; name a file")
    output = output.resolve()
    with _explain_os_errors(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(
            tempfile.mkdtemp(prefix=f".{output.name}.", suffix=_PARTIAL, dir=output.parent)
        )
    try:
        with _explain_os_errors(output):
            yield folder / output.name
            (folder / output.name).replace(output)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """Describe the files of a folder: their sizes and hashes, and `facts` about the build.

    A folder within that has a manifest of its own describes itself, and is left out.
    """
    apart = [path.parent for path in folder.glob(f"*/{MANIFEST}")]
    files = [
        {
            "path": path.relative_to(folder).as_posix(),
            "size": path.stat().st_size,
            "sha256": hash_file(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(path.is_relative_to(other) for other in apart)
    ]
    manifest = {"generator": _GENERATOR, **facts, "files": files}
    (folder / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2) + "\n",
        encoding="utf-8",
        newline="\n",
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an output folder.

    Raises:
        GraphError: There is none, or something else wrote it.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GraphError(f"{folder}: holds no graph ({MANIFEST} is missing)") from None
    except (OSError, ValueError) as error:
        raise GraphError(f"{path}: cannot be read ({error}); build it again") from None
    if not isinstance(manifest, dict) or manifest.get("generator") != _GENERATOR:
        raise GraphError(f"{folder}: holds something that kg did not write")
    if not all(
        isinstance(manifest.get(name), kind)
        for name, kind in (("files", list), ("base_iri", str), ("title", str))
    ):
        raise GraphError(f"{path}: is damaged; build it again")
    return manifest


def hash_file(path: Path) -> str:
    """The SHA-256 hash of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_complete(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether all files that a manifest lists are there, in the size that it gives."""
    try:
        return all((folder / f["path"]).stat().st_size == f["size"] for f in manifest["files"])
    except (OSError, KeyError, TypeError):
        return False


def _check_replaceable(output: Path) -> None:
    if output == Path.cwd():
        raise OutputError(f"{output}: is the current folder; name a folder in it")
    if not output.exists() and not output.is_symlink():
        return
    if output.is_mount():
        raise OutputError(f"{output}: is a mount point; name a folder in it")
    if not output.is_dir():
        raise OutputError(f"{output}: is not a folder; choose another output")
    try:
        if not any(output.iterdir()):
            return
        known = _list_known(output)
        found = (path for path in sorted(output.rglob("*")) if not path.is_dir())
        other = next((p for p in found if p.relative_to(output).as_posix() not in known), output)
    except (OSError, GraphError, KeyError, TypeError):
        other = output
        known = set()
    if other != output or not known:
        raise OutputError(
            f"{other}: is no output of kg and would be lost; choose another folder"
            if other != output
            else f"{output}: holds something that is no output of kg; choose another folder"
        )


def _list_known(output: Path) -> set[str]:
    """The paths of all files that manifests of kg list, in the output and folders within."""
    known = {MANIFEST, *(file["path"] for file in read_manifest(output)["files"])}
    for path in output.glob(f"*/{MANIFEST}"):
        known.update(f"{path.parent.name}/{name}" for name in _list_known(path.parent))
    return known


@contextmanager
def _explain_os_errors(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{output}: cannot be written ({error.strerror or error})") from error


def _remove_abandoned(output: Path) -> None:
    """Remove what killed builds left beside and in the output; a running one holds its lock."""
    beside = f".{glob.escape(output.name)}.*{_PARTIAL}"
    for old in output.parent.glob(f"{beside}{_OLD}"):
        if not output.exists():
            old.rename(output)
        else:
            shutil.rmtree(old, ignore_errors=True)
    for folder in (*output.parent.glob(beside), *output.glob(f".*{_PARTIAL}")):
        lock = _lock(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """A descriptor that locks the folder until it is closed or the process ends."""
    if fcntl is None:
        return None
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _read_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync(folder: Path) -> None:
    """Bring all files to the disk, so that no crash leaves a manifest without its files."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_file() or (path.is_dir() and os.name == "posix"):
            descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _swap(staged: Path, output: Path) -> None:
    output = output.resolve()
    if not output.exists():
        staged.rename(output)
        return
    exchange = _find_exchange()
    if exchange is not None and exchange(os.fsencode(staged), os.fsencode(output)):
        return
    # No exchange in one step here: for a moment the old output has another name, under which
    # the next build finds it.
    old = staged.with_name(f"{staged.name}{_OLD}")
    output.rename(old)
    try:
        staged.rename(output)
    except OSError:
        old.rename(output)
        raise
    old.rename(staged)


def _find_exchange() -> Callable[[bytes, bytes], bool] | None:
    """The system's call that exchanges two paths atomically, where it has one."""
    if sys.platform not in ("linux", "darwin"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        return lambda a, b: library.renamex_np(a, b, _EXCHANGE) == 0
    if not hasattr(library, "renameat2"):
        return None
    return lambda a, b: library.renameat2(_AT_FDCWD, a, _AT_FDCWD, b, _EXCHANGE) == 0
