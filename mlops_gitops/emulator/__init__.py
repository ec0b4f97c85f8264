"""The embedded AWS: four accounts in one process on 127.0.0.1, emulated and labelled so."""
