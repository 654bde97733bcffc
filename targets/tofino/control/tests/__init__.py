"""Tests of the control plane: `python3 -m unittest discover -s tests -t .` in the folder above."""
