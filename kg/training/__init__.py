"""Training: the pipeline in `kg/model`, made from annotated abstracts.

Needs the extra `train` (floret). The settings stand in `pipeline.cfg`, in spaCy's format.
"""
