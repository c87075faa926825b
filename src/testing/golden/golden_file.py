"""Writes golden files so that a case added is a line added."""

import json


def _short(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(value):
    """A list or mapping with each of its entries on a line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(_short, value)) + "\n]"
    if isinstance(value, dict) and value:
        return "{\n" + ",\n".join(f"{_short(key)}:{_short(one)}" for key, one in value.items()) + "\n}"
    return _short(value)


def write(path, file):
    """`file`: a mapping, whose lists and mappings hold the cases."""
    text = ",\n".join(f"{_short(key)}:{_lines(value)}" for key, value in file.items())
    with open(path, "w", encoding="utf-8") as out:
        out.write("{\n" + text + "\n}\n")
