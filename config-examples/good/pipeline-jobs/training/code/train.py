"""Trains a model."""

import argparse

import settings

parser = argparse.ArgumentParser()
parser.add_argument("--trees", type=int, default=settings.TREES)
print(f"mae={1 / parser.parse_known_args()[0].trees}")
