"""`kg evaluate` and `kg train`: how good a pipeline is, and how to make another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import app
from kg.cli.options import Model, Quiet, Verbose
from kg.cli.streams import open_lines, write
from kg.terminal import make_console, style_text


@app.command()
def evaluate(
    gold: Annotated[
        str,
        typer.Argument(metavar="GOLD", help="Annotated abstracts in the corpus format, or -."),
    ],
    predicted: Annotated[
        str | None,
        typer.Option(
            "--predicted", metavar="FILE", help="Extractions of them, rather than kg's own."
        ),
    ] = None,
    model: Model = None,
    calibration: Annotated[
        bool, typer.Option("--calibration", help="Show how often it is right, by confidence.")
    ] = False,
    reliability: Annotated[
        Path | None,
        typer.Option("--reliability", metavar="FILE", help="Draw that as an SVG file."),
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option(
            "--errors",
            metavar="FILE",
            help="Write a page with gold and predicted side by side where they differ.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the figures as JSON.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Measure extractions against annotated abstracts: precision, recall, F1."""
    from kg.corpus_format import read_extractions
    from kg.evaluation import (
        draw_reliability,
        measure_reliability,
        pair_extractions,
        score,
    )
    from kg.evaluation.report import (
        describe_reliability,
        describe_scores,
        render_reliability,
        render_scores,
    )
    from kg.output import stage_file
    from kg.progress import watch

    if predicted is not None and model is not None:
        raise typer.BadParameter("give either --predicted or --model")
    with open_lines(gold) as lines:
        annotated = list(read_extractions(lines, gold))
    if predicted is not None:
        with open_lines(predicted) as lines:
            found = list(read_extractions(lines, predicted))
    else:
        from kg.prediction import predict

        with watch(quiet=quiet, verbose=verbose) as observer:
            found = list(predict(annotated, model=model, observer=observer))
    pairs = pair_extractions(annotated, found)
    scores = score(pairs)
    certainty = measure_reliability(pairs)
    if as_json:
        shown = describe_scores(scores)
        if calibration:
            shown["calibration"] = describe_reliability(certainty)
        write(json.dumps(shown, indent=1) + "\n")
    else:
        console = make_console()
        if len(found) < len(annotated):
            are = "is" if len(found) == 1 else "are"
            console.print(f"Of {len(annotated):,} abstracts {len(found):,} {are} predicted.")
        render_scores(scores, console)
        if calibration:
            render_reliability(certainty, console)
    written = []
    if reliability is not None:
        written.append((reliability, draw_reliability(certainty)))
    if errors is not None:
        from kg.evaluation.errors_page import render_errors
        from kg.prediction import split_sentences

        compared = pair_extractions(split_sentences(annotated), found)
        written.append((errors, render_errors(compared, f"Errors on {Path(gold).name}")))
    for path, content in written:
        with stage_file(path) as file:
            file.write_text(content, encoding="utf-8", newline="\n")
        if not quiet:
            make_console(stderr=True).print(style_text(f"Written to {path}"))


@app.command()
def train(
    corpus: Annotated[
        Path,
        typer.Option(
            "--corpus",
            metavar="DIR",
            help="Folder of train.jsonl, dev.jsonl and, without --vectors, abstracts.jsonl.gz.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The folder to write.")
    ],
    silver: Annotated[
        Path | None,
        typer.Option(
            "--silver", metavar="FILE", help="Automatically labelled abstracts to learn from too."
        ),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option("--vectors", metavar="DIR", help="Word vectors that were trained before."),
    ] = None,
) -> None:
    """Train a pipeline from annotated abstracts, and say how good it is on dev.jsonl."""
    from kg.training.train import train_pipeline

    nlp = train_pipeline(corpus, output, vectors=vectors, silver=silver)
    write(json.dumps(nlp.meta["performance"], indent=1) + "\n")
