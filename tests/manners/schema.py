# SPDX-License-Identifier: BSD-2-Clause
# schema.py SCENARIO.json SUITE.json BEYOND FILE...: every file whose name does not lead through a
# folder broken/ is accepted; of the others each is refused, but for those that BEYOND lists,
# which a schema cannot know.
import json
import re
import sys

import jsonschema
import yaml


class Core(yaml.SafeLoader):
    """Plain scalars as the core schema of YAML 1.2 has them, which editors use."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
]:
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))


def map_of(loader, node):
    """A key that stands there twice is a mistake; and all keys are text."""
    if not all(isinstance(k, yaml.ScalarNode) for k, v in node.value):
        raise yaml.YAMLError("a key that is no text")
    pairs = [(k.value, loader.construct_object(v, deep=True)) for k, v in node.value]
    if len({k for k, v in pairs}) < len(pairs):
        raise yaml.YAMLError("a key twice")
    return dict(pairs)


Core.add_constructor("tag:yaml.org,2002:map", map_of)
Core.add_constructor("tag:yaml.org,2002:int", lambda l, n: int(n.value))

schemas = []
for path in sys.argv[1:3]:
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    schemas.append(jsonschema.Draft7Validator(schema))
with open(sys.argv[3], encoding="utf-8") as file:
    beyond = {line.split("#")[0].strip() for line in file} - {""}

failed, nr_accepted, nr_refused, seen = 0, 0, 0, set()


def fail(words):
    global failed
    failed = 1
    print("FAILED: " + words)


def mistake(path):
    """What is wrong with the file, or None."""
    try:
        with open(path, encoding="utf-8") as file:
            tree = yaml.load(file, Loader=Core)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return "no YAML: %s" % str(error).split("\n", maxsplit=1)[0]
    is_suite = isinstance(tree, dict) and "suite" in tree
    try:
        errors = sorted(schemas[is_suite].iter_errors(tree), key=lambda e: list(map(str, e.path)))
    except RecursionError:
        return "in itself"
    if not errors:
        return None
    best = jsonschema.exceptions.best_match(errors)
    return "%s: %s" % ("/".join(map(str, best.path)), best.message[:120])


for path in sys.argv[4:]:
    wrong = mistake(path)
    name = path.rsplit("/", maxsplit=1)[-1]
    if "/broken/" not in path:
        nr_accepted += 1
        if wrong:
            fail("%s is refused: %s" % (path, wrong))
    elif name in beyond:
        seen.add(name)
        if wrong:
            fail("%s is said to be beyond a schema, and is refused: %s" % (name, wrong))
    else:
        nr_refused += 1
        if not wrong:
            fail("%s is accepted" % path)
for name in sorted(beyond - seen):
    fail("%s: there is no broken scenario of that name" % name)
if not failed:
    print("ok schema: %d files accepted, %d refused, %d are beyond it" % (nr_accepted, nr_refused, len(seen)))
sys.exit(failed)
