"""The command line as its users meet it: output, messages, exit codes."""

import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.export.registry import find_format, list_formats
from kg.output import read_manifest
from kg.tables import Tables
from tests.conftest import SEEDS, Run, require

ABSTRACT = "We introduce CLIP, which we evaluate on ImageNet."


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_build_reports_what_it_read_found_and_wrote(run: Callable[..., Run]) -> None:
    ended = run("build", SEEDS, "--output", "out")
    assert ended.code == 0
    assert ended.err == ""
    assert ended.out.startswith("46 abstracts in 5 documents, 35 of them distinct.\n")
    for part in (
        "Most shared",
        "ImageNet",
        "Dataset",
        "introduces",
        "Written to out:",
        "graph.ttl",
    ):
        assert part in ended.out


def test_quiet_build_says_nothing(run: Callable[..., Run]) -> None:
    ended = run("build", SEEDS, "--quiet", "--formats", "none", "--limit", 3)
    assert ended == Run(0, "", "")


def test_verbose_build_says_what_each_stage_took(run: Callable[..., Run]) -> None:
    ended = run("build", SEEDS, "--verbose", "--formats", "none", "--limit", 3)
    stages = [line.split(":")[0] for line in ended.err.splitlines()]
    assert stages == [
        "reading 3",
        "extracting 3",
        "resolving",
        "linking",
        "writing tables",
        "writing extractions.jsonl",
    ]


def test_formats_choose_what_is_written(run: Callable[..., Run], tmp_path: Path) -> None:
    run("build", SEEDS, "--formats", "json,graphml", "--quiet")
    assert {path.name for path in (tmp_path / "output").iterdir()} == {
        "tables",
        "extractions.jsonl",
        "graph.json",
        "graph.graphml",
        "manifest.json",
    }


def test_standard_input_is_read(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = json.dumps({"id": "x", "text": ABSTRACT})
    with write(tmp_path / "in", lines).open(encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        ended = run("extract", "-")
    (record,) = map(json.loads, ended.out.splitlines())
    assert record["id"] == "x"
    assert record["text"] == ABSTRACT


def test_year_venue_and_limit_filter(run: Callable[..., Run], tmp_path: Path) -> None:
    records = [
        {"id": f"{venue}{year}", "text": f"Text {venue} {year}.", "venue": venue, "year": year}
        for venue in ("ACL", "ICML")
        for year in (2018, 2020, 2022)
    ]
    path = write(tmp_path / "x.jsonl", "\n".join(map(json.dumps, records)))

    def ids(*options: object) -> set[str]:
        ended = run("extract", path, *options)
        return {json.loads(line)["id"] for line in ended.out.splitlines()}

    assert ids("--year", "2019..2021") == {"ACL2020", "ICML2020"}
    assert ids("--year", "2020..", "--venue", "acl") == {"ACL2020", "ACL2022"}
    assert len(ids("--limit", 4)) == 4
    assert run("extract", path, "--year", "late").code == 2


def test_resolve_gives_each_entity_its_node(run: Callable[..., Run], tmp_path: Path) -> None:
    record = {
        "id": "x",
        "text": "LLMs, that is large language models",
        "title": "kept",
        "entities": [
            {"id": "e1", "type": "Technique", "name": "?", "role": "uses", "mentions": [[0, 4]]},
            {"id": "e2", "type": "Technique", "name": "?", "role": "uses", "mentions": [[14, 35]]},
        ],
    }
    ended = run("resolve", write(tmp_path / "gold.jsonl", json.dumps(record)))
    (resolved,) = map(json.loads, ended.out.splitlines())
    nodes = [entity.pop("node") for entity in resolved["entities"]]
    assert nodes[0] == nodes[1] == "technique/large-language-model"
    assert resolved == record


def test_query_prints_a_table_and_other_formats(
    run: Callable[..., Run], seeds_output: Path
) -> None:
    query = 'SELECT ?name ?type { ?e skos:prefLabel ?name ; a ?type . FILTER(?name = "ImageNet") }'
    shown = run("query", seeds_output, query)
    assert "ImageNet" in shown.out
    assert "1 row" in shown.out
    csv = run("query", seeds_output / "graph.ttl", query, "--format", "csv")
    assert csv.out.splitlines()[0] == "name,type"
    assert csv.out.splitlines()[1].startswith("ImageNet,")
    answer = json.loads(run("query", seeds_output, query, "--format", "json").out)
    assert answer["results"]["bindings"][0]["name"]["value"] == "ImageNet"


def test_query_comes_from_a_file(
    run: Callable[..., Run], seeds_output: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "q.rq", "ASK { ?e a kg:Model }")
    assert run("query", seeds_output, "--file", path).out == "yes\n"


@pytest.mark.parametrize("arguments", [(), ("ASK {}", "--file", "q.rq")])
def test_query_wants_one_query(
    run: Callable[..., Run], seeds_output: Path, arguments: tuple[str, ...]
) -> None:
    assert run("query", seeds_output, *arguments).code == 2


def test_query_that_does_not_parse_is_one_line(run: Callable[..., Run], seeds_output: Path) -> None:
    ended = run("query", seeds_output, "SELECT ?x { ?x")
    assert ended.code == 1
    assert ended.err.startswith("kg: ")
    assert ended.err.count("\n") == 1


def test_show_gives_an_entity_with_its_evidence(
    run: Callable[..., Run], seeds_output: Path
) -> None:
    ended = run("show", seeds_output, "d3m")
    assert "Data Debiasing with Datamodels" in ended.out
    assert "a debiasing approach which isolates" in " ".join(ended.out.split())


def test_show_gives_an_abstract_with_its_text(run: Callable[..., Run], seeds_output: Path) -> None:
    key = read_first_abstract(seeds_output)
    ended = run("show", seeds_output, key)
    assert ended.code == 0
    assert "in seeds/" in ended.out


def test_show_suggests_what_is_near(run: Callable[..., Run], seeds_output: Path) -> None:
    ended = run("show", seeds_output, "ImagNet")
    assert ended.code == 1
    assert ended.err.startswith("kg: nothing is called 'ImagNet'; near it are 'ImageNet'")


@pytest.mark.parametrize("command", [["stats"], ["show", "ImageNet"]])
def test_turtle_file_serves_as_a_graph(
    run: Callable[..., Run], seeds_output: Path, command: list[str]
) -> None:
    name, *rest = command
    from_folder = run(name, seeds_output, *rest)
    from_turtle = run(name, seeds_output / "graph.ttl", *rest)
    assert from_turtle.code == 0
    assert from_turtle.out
    assert from_turtle.out == from_folder.out


def test_turtle_file_can_be_exported(run: Callable[..., Run], seeds_output: Path) -> None:
    def export(graph: Path) -> dict[str, list[dict[str, object]]]:
        read = json.loads(run("export", graph, "--format", "json", "--output", "-").out)
        for edge in read["edges"]:
            # Turtle has no confidence for each passage, so another may be the best.
            for name in [name for name in edge if name.startswith(("evidence_", "sentence"))]:
                del edge[name]
        return {
            "nodes": read["nodes"],
            "edges": sorted(read["edges"], key=lambda edge: str(edge["key"])),
        }

    from_turtle = export(seeds_output / "graph.ttl")
    assert from_turtle == export(seeds_output)
    assert len(from_turtle["edges"]) > 0


def test_stats_counts_types_and_statements(run: Callable[..., Run], seeds_output: Path) -> None:
    out = run("stats", seeds_output).out
    for part in (
        "Entities",
        "Technique",
        "Statements",
        "evaluatesOn",
        "sharesEntity",
        "Most shared",
    ):
        assert part in out


def test_export_writes_a_file_and_nothing_else(
    run: Callable[..., Run], seeds_output: Path, tmp_path: Path
) -> None:
    ended = run("export", seeds_output, "--format", "graphml", "--output", "x.graphml")
    assert ended.code == 0
    assert "Written to x.graphml" in ended.err
    assert (tmp_path / "x.graphml").read_bytes() == (seeds_output / "graph.graphml").read_bytes()


def test_export_to_standard_output_appends(seeds_output: Path, tmp_path: Path) -> None:
    write(tmp_path / "x.json", "before\n")
    command = f"{sys.executable} -m kg export {seeds_output} --format json -o - >> x.json"
    subprocess.run(["sh", "-c", command], check=True, cwd=tmp_path)
    written = (tmp_path / "x.json").read_text(encoding="utf-8")
    assert written == "before\n" + (seeds_output / "graph.json").read_text(encoding="utf-8")


def test_query_of_a_build_without_turtle_has_the_iris_of_the_build(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    write(tmp_path / "x.txt", ABSTRACT)
    run("build", "x.txt", "--formats", "none", "--base-iri", "https://x.example/", "--quiet")
    answer = run("query", "output", "SELECT ?a { ?a a kg:Abstract }", "--format", "csv")
    assert answer.out.splitlines()[1].startswith("https://x.example/abstract/")


def test_folder_is_built_again_though_the_output_lies_in_it(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    write(tmp_path / "x.txt", ABSTRACT)
    assert run("build", ".", "--formats", "json", "--quiet") == Run(0, "", "")
    assert run("build", ".", "--formats", "json", "--quiet") == Run(0, "", "")


def test_skipped_input_is_said_when_extracting(run: Callable[..., Run], tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", json.dumps({"id": "a", "text": ABSTRACT}) + "\n{\n")
    ended = run("extract", "x.jsonl", "--on-error", "skip")
    assert ended.code == 0
    assert ended.err.startswith("left out: x.jsonl:2: ")


def test_escape_sequences_of_the_input_do_not_reach_the_terminal(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    record = {"id": "a", "text": ABSTRACT, "title": "Clear \x1b[2J", "authors": ["\x1b]0;x\x07"]}
    write(tmp_path / "x.jsonl", json.dumps(record))
    run("build", "x.jsonl", "--quiet")
    shown = run("show", "output", "a")
    assert "Clear" in shown.out
    assert "\x1b" not in shown.out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", '{"generator": "kg"}'),
        ("manifest.json", "{"),
        ("tables/statements.parquet", "PAR1"),
        ("tables/evidence.parquet", None),
    ],
)
def test_damaged_output_is_one_line(
    run: Callable[..., Run], seeds_output: Path, tmp_path: Path, name: str, content: str | None
) -> None:
    shutil.copytree(seeds_output, tmp_path / "output")
    path = tmp_path / "output" / name
    path.unlink()
    if content is not None:
        write(path, content)
    for command in (["stats"], ["show", "ImageNet"], ["export", "--format", "json"]):
        ended = run(command[0], "output", *command[1:])
        assert ended.code == 1
        assert ended.err.startswith("kg: ")
        assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("pattern", "edit"),
    [
        (r"kg:importance \S+", 'kg:importance "abc"'),
        (r"    kg:importance .*\n", ""),
        (r"    kg:text .*([.;])\n", r"    kg:n 1 \1\n"),
        (r"    kg:document .*\n", ""),
        (r"    oa:start .*\n", ""),
    ],
)
def test_edited_turtle_is_one_line(
    run: Callable[..., Run], seeds_output: Path, tmp_path: Path, pattern: str, edit: str
) -> None:
    turtle = (seeds_output / "graph.ttl").read_text(encoding="utf-8")
    edited = re.sub(pattern, edit, turtle)
    assert edited != turtle
    write(tmp_path / "x.ttl", edited)
    for command in (["stats"], ["show", "ImageNet"], ["export", "--format", "json"]):
        ended = run(command[0], "x.ttl", *command[1:])
        assert ended.code == 1
        assert ended.err.startswith("kg: x.ttl: the graph is damaged or edited")
        assert ended.err.count("\n") == 1


def test_title_that_is_no_unicode_is_written(run: Callable[..., Run], tmp_path: Path) -> None:
    write(tmp_path / "x.txt", ABSTRACT)
    assert run("build", "x.txt", "--title", "a\udcff", "--quiet") == Run(0, "", "")


def test_empty_name_is_no_name(run: Callable[..., Run], seeds_output: Path) -> None:
    assert run("show", seeds_output, " ").err == "kg: give the name of an entity or an abstract\n"


def test_records_that_are_no_unicode_are_one_line(run: Callable[..., Run], tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", b'{"id": "\xff"}')
    assert "is not UTF-8" in run("resolve", "a.jsonl").err
    write(tmp_path / "b.jsonl", '{"id": "x", "text": "\\ud800", "entities": []}')
    assert run("resolve", "b.jsonl").code == 1


def test_closed_standard_input_does_not_matter(tmp_path: Path) -> None:
    command = f"{sys.executable} -m kg build {SEEDS} -o out -q --formats none --limit 1 <&-"
    assert subprocess.run(["sh", "-c", command], check=False, cwd=tmp_path).returncode == 0


def test_formats_are_listed(run: Callable[..., Run]) -> None:
    out = run("formats").out
    for name in ("seed", "bibtex", "openalex", "turtle", "graphml", "html"):
        assert name in out


def test_formats_that_are_written_say_what_reads_them(run: Callable[..., Run]) -> None:
    out = run("formats").out
    for name in list_formats():
        assert find_format(name).readers
    for reader in ("Gephi", "Cytoscape.js", "networkx", "Neo4j", "Ladybug", "duckdb", "browser"):
        assert reader in out


def test_export_of_several_files_goes_into_a_folder_of_its_own(
    run: Callable[..., Run], seeds_output: Path, tmp_path: Path
) -> None:
    ended = run("export", seeds_output, "--format", "parquet", "--output", "tables-for-r")
    assert ended.code == 0
    assert {path.name for path in (tmp_path / "tables-for-r").iterdir()} == {
        "nodes.parquet",
        "edges.parquet",
        "manifest.json",
    }


def test_export_of_several_files_is_no_standard_output(
    run: Callable[..., Run], seeds_output: Path
) -> None:
    ended = run("export", seeds_output, "--format", "csv", "--output", "-")
    assert ended.code == 2
    assert ended.err == "kg: csv is a folder; name one with --output\n"


def test_corrections_are_the_last_word_at_every_build(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    lines = [
        {"id": "a", "text": "We train BERT on ImageNet."},
        {"id": "b", "text": "We train BERT on CIFAR-10."},
    ]
    write(tmp_path / "x.jsonl", "\n".join(map(json.dumps, lines)))
    write(
        tmp_path / "fixes.toml",
        """
        [[rename]]
        name = "BERT"
        to = "Bidirectional Encoder"

        [[split]]
        name = "BERT"
        abstracts = ["b"]
        into = "BERT of b"

        [[ban]]
        name = "ImageNet"

        [[retype]]
        name = "CIFAR-10"
        to = "Software"

        [[merge]]
        names = ["nothing", "such"]
        """,
    )
    for _ in range(2):
        ended = run("build", "x.jsonl", "--corrections", "fixes.toml", "--formats", "none")
        assert ended.code == 0
        assert "corrections: " in ended.out
        tables = Tables(tmp_path / "output" / "tables")
        entities = {row["name"]: row for row in tables.rows("entities")}
        assert {"Bidirectional Encoder", "BERT of b", "CIFAR-10"} <= entities.keys()
        assert "ImageNet" not in entities
        assert entities["CIFAR-10"]["type"] == "Software"


BAD = {
    "missing": None,
    "empty.txt": b"",
    "binary.txt": b"\x7fELF\x00\x01\x02",
    "latin.txt": b"caf\xe9 society",
    "bad.jsonl": b'{"id": "a", "text": "Fine."}\n{"id": "b", "text": \n',
    "none.csv": b"id,title\n1,A title\n",
    "zero.jsonl": b'{"id": "a", "text": ""}\n',
    "long.jsonl": b'{"id": "a", "text": "' + b"x" * 100_001 + b'"}\n',
    "control.jsonl": b'{"id": "a", "text": "a \\u0007 bell"}\n',
    "cut.jsonl.gz": gzip.compress(b'{"id": "a", "text": "Fine."}\n' * 1000, mtime=0)[:-20],
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_that_names_the_file_and_a_failure(
    run: Callable[..., Run], tmp_path: Path, name: str
) -> None:
    content = BAD[name]
    if content is not None:
        write(tmp_path / name, content)
    ended = run("build", name)
    assert ended.code == 1
    assert ended.out == ""
    assert ended.err.startswith("kg: ")
    assert name in ended.err
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_left_out_and_listed_where_that_is_wanted(
    run: Callable[..., Run], tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    write(folder / "good.txt", ABSTRACT)
    content = BAD[name]
    if content is not None:
        write(folder / name, content)
    inputs = [folder] if content is not None else [folder, folder / name]
    ended = run("build", *inputs, "--on-error", "skip", "--formats", "none")
    assert ended.code == 0
    skipped = [
        json.loads(line)
        for line in (tmp_path / "output" / "skipped.jsonl").read_text("utf-8").splitlines()
    ]
    assert {Path(item["document"]).name for item in skipped} == {name}
    assert "Left out: 1 (all in skipped.jsonl)" in ended.out


def test_output_that_holds_something_else_is_refused(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    write(tmp_path / "mine" / "thesis.tex", "ten years")
    ended = run("build", SEEDS, "--output", "mine", "--formats", "none")
    assert ended.code == 1
    assert ended.err == (
        f"kg: {tmp_path / 'mine'}: holds something that is no output of kg; choose another folder\n"
    )
    assert (tmp_path / "mine" / "thesis.tex").read_text() == "ten years"


def test_current_folder_is_no_output(run: Callable[..., Run], tmp_path: Path) -> None:
    ended = run("build", SEEDS, "--output", ".", "--formats", "none")
    assert ended.code == 1
    assert "is the current folder" in ended.err
    assert not list(tmp_path.iterdir())


def test_unwritable_output_is_one_line(run: Callable[..., Run], tmp_path: Path) -> None:
    write(tmp_path / "file", "x")
    ended = run("build", SEEDS, "--output", "file/out", "--formats", "none")
    assert ended.code == 1
    assert "cannot be written" in ended.err
    assert ended.err.count("\n") == 1


def test_full_device_is_one_line(run: Callable[..., Run], seeds_output: Path) -> None:
    require(Path("/dev/full").exists(), "there is no /dev/full")
    for format in ("turtle", "graphml", "gexf", "cytoscape", "json", "html"):
        ended = run("export", seeds_output, "--format", format, "--output", "/dev/full")
        assert ended.code == 1
        assert ended.err == "kg: /dev/full: cannot be written (No space left on device)\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("build",),
        ("build", SEEDS, "--on-error", "perhaps"),
        ("build", SEEDS, "--limit", "0"),
        ("build", SEEDS, "--formats", "povray"),
        ("build", SEEDS, "--formats", ""),
        ("build", SEEDS, "--format", "povray"),
        ("build", SEEDS, "--base-iri", "nonsense"),
        ("nonsense",),
        ("export", SEEDS),
    ],
)
def test_wrong_use_is_exit_code_2(run: Callable[..., Run], arguments: tuple[object, ...]) -> None:
    assert run(*arguments).code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("stats", "missing"),
        ("stats", SEEDS),
        ("query", SEEDS / "000_11247910280e2910.txt", "ASK {}"),
        ("resolve", "missing.jsonl"),
        ("build", SEEDS, "--corrections", "missing.toml"),
        ("build", SEEDS, "--model", "missing"),
    ],
)
def test_what_cannot_be_found_is_one_line_and_exit_code_1(
    run: Callable[..., Run], arguments: tuple[object, ...]
) -> None:
    ended = run(*arguments)
    assert ended.code == 1
    assert ended.out == ""
    assert ended.err.startswith("kg: ")
    assert ended.err.count("\n") == 1


def test_reader_that_stops_early_is_no_failure(seeds_output: Path) -> None:
    command = f"{sys.executable} -m kg extract {SEEDS} | head -n 1; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=True, cwd=SEEDS.parent
    )
    assert ended.stdout.splitlines()[-1] == "0"
    assert ended.stderr == ""


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("number", [1, 2, 3, 5, 8, 13, 21, 34])
def test_build_that_is_killed_at_a_write_leaves_the_old_output_whole(
    seeds_output: Path, tmp_path: Path, number: int
) -> None:
    source = write(tmp_path / "one.txt", ABSTRACT)
    output = tmp_path / "output"
    command = [sys.executable, "-m", "kg", "build", str(source), "--output", str(output), "-q"]
    subprocess.run(command, check=True)
    before = (output / "manifest.json").read_bytes()
    write(source, ABSTRACT + " It is small.")
    inject = ["-e", "trace=write", "-e", f"inject=write:signal=KILL:when={number}"]
    killed = subprocess.run(
        ["strace", "-qq", "-f", "-o", "/dev/null", *inject, *command], check=False
    )
    assert killed.returncode != 0
    assert (output / "manifest.json").read_bytes() == before
    for file in read_manifest(output)["files"]:
        assert (output / file["path"]).stat().st_size == file["size"]
    subprocess.run(command, check=True)
    assert (output / "manifest.json").read_bytes() != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.txt", "output"]


def read_first_abstract(output: Path) -> str:
    with (output / "extractions.jsonl").open(encoding="utf-8") as lines:
        return str(json.loads(next(lines))["id"])
