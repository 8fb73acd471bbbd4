#!/usr/bin/env python3
"""Makes src/main/resources/dev/glis/wire/lambda/model.json from botocore's description of the
Lambda API (Apache License 2.0): every operation's route, and the rules for its input.

usage: lambda.py path/to/botocore/data/lambda/2015-03-31/service-2.json[.gz] > model.json
"""
import gzip
import json
import sys

RULES = ("type", "pattern", "min", "max", "enum", "sensitive")


def member(described, shapes, pending):
    pending.append(described["shape"])
    kept = {"shape": described["shape"]}
    for key in ("location", "locationName"):
        if key in described:
            kept[key] = described[key]
    return kept


def shape(described, shapes, pending):
    kept = {key: described[key] for key in RULES if key in described}
    if "members" in described:
        kept["members"] = {
            name: member(each, shapes, pending) for name, each in described["members"].items()
        }
    for key in ("required", "payload"):
        if described.get(key):
            kept[key] = described[key]
    for key in ("member", "key", "value"):
        if key in described:
            kept[key] = member(described[key], shapes, pending)
    return kept


def main(path):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        model = json.load(file)
    operations, pending = {}, []
    for name, described in sorted(model["operations"].items()):
        operations[name] = {
            "method": described["http"]["method"],
            "uri": described["http"]["requestUri"],
            "status": described["http"].get("responseCode", 200),
        }
        if "input" in described:
            operations[name]["input"] = described["input"]["shape"]
            pending.append(described["input"]["shape"])
    shapes = {}
    while pending:
        name = pending.pop()
        if name not in shapes:
            shapes[name] = shape(model["shapes"][name], model["shapes"], pending)
    # Which runtimes there are is for this machine to say, not for the model.
    shapes["Runtime"].pop("enum", None)
    lines = ['{"origin":"botocore, lambda 2015-03-31, Apache License 2.0","operations":{']
    lines.append(",\n".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in operations.items()))
    lines.append('},"shapes":{')
    lines.append(",\n".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in sorted(shapes.items())))
    lines.append("}}")
    print("\n".join(lines))


main(sys.argv[1])
